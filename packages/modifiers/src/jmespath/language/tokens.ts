import { parseExact } from '@floodgate/core'

/** A part of an expression; `value` is that of names, literals and numbers, `at` the place of its first character. */
export interface Token {
  readonly kind: string
  readonly at: number
  readonly value?: unknown
}

const NAME = /[A-Za-z_][A-Za-z0-9_]*/y
const NUMBER = /-?[0-9]+/y
const SIGNS = [
  '[?', '[]', '||', '&&', '==', '!=', '<=', '>=', '[', ']', '{', '}', '(', ')', '.', ',', ':', '*', '@', '&', '|', '<',
  '>', '!'
] as const

/**
 * Cuts an expression into tokens: signs (their kind is the sign), `name`, `quoted`, `number`, `literal`, and `end`.
 *
 * @throws {SyntaxError} with the place
 */
export function readTokens (source: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < source.length) {
    const character = source[at]!
    if (/[ \t\n\r]/.test(character)) at++
    else if (character === '"' || character === '\'' || character === '`') {
      const end = endOfQuoted(source, at)
      tokens.push(readQuoted(source.slice(at + 1, end), character, at))
      at = end + 1
    } else {
      const token = readWord(source, at, NAME, 'name') ?? readWord(source, at, NUMBER, 'number') ?? readSign(source, at)
      tokens.push(token.token)
      at = token.end
    }
  }
  tokens.push({ kind: 'end', at })
  return tokens
}

function endOfQuoted (source: string, start: number): number {
  const quote = source[start]!
  for (let at = start + 1; at < source.length; at++) {
    if (source[at] === '\\') at++
    else if (source[at] === quote) return at
  }
  throw new SyntaxError(`the ${quote} at character ${start + 1} is not closed`)
}

function readQuoted (text: string, quote: string, at: number): Token {
  // As go-jmespath: a backslash stands before the quote only, and is a character otherwise.
  if (quote === '\'') return { kind: 'literal', at, value: text.replaceAll('\\\'', '\'') }
  try {
    if (quote === '"') return { kind: 'quoted', at, value: JSON.parse(`"${text}"`) }
    return { kind: 'literal', at, value: parseExact(Buffer.from(text.replaceAll('\\`', '`'))) }
  } catch {
    throw new SyntaxError(
      `${quote === '"' ? 'the quoted name' : 'the literal between backquotes'} at character ${at + 1} is not valid JSON`
    )
  }
}

function readWord (source: string, at: number, pattern: RegExp, kind: 'name' | 'number'): { token: Token, end: number } | null {
  pattern.lastIndex = at
  const [word] = pattern.exec(source) ?? []
  return word === undefined ? null : { token: { kind, at, value: kind === 'number' ? Number(word) : word }, end: at + word.length }
}

function readSign (source: string, at: number): { token: Token, end: number } {
  const sign = SIGNS.find((sign) => source.startsWith(sign, at))
  if (sign === undefined) {
    throw new SyntaxError(`unexpected ${JSON.stringify(String.fromCodePoint(source.codePointAt(at)!))} at character ${at + 1}`)
  }
  return { token: { kind: sign, at }, end: at + sign.length }
}
