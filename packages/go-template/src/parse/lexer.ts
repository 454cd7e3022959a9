import { describeRune, quote } from '@floodgate/go/quote'
import { byteLength } from '@floodgate/go/text'

/** Kinds of tokens; a keyword has itself as its kind. */
export type TokenKind =
  'error' | 'bool' | 'char' | 'character' | 'complex' | 'assign' | 'declare' | 'eof' | 'field' | 'identifier' |
  'left' | 'paren' | 'number' | 'pipe' | 'rawString' | 'right' | 'closeParen' | 'space' | 'string' | 'text' |
  'variable' | Keyword

export type Keyword =
  'block' | 'break' | 'continue' | 'dot' | 'define' | 'else' | 'end' | 'if' | 'nil' | 'range' | 'template' | 'with'

export interface Token {
  readonly kind: TokenKind
  /** Offset in the template. */
  readonly pos: number
  /** The text, or the message of an error. */
  readonly text: string
}

const KEYWORDS = new Map<string, Keyword>([
  ['block', 'block'], ['break', 'break'], ['continue', 'continue'], ['define', 'define'], ['else', 'else'],
  ['end', 'end'], ['if', 'if'], ['nil', 'nil'], ['range', 'range'], ['template', 'template'], ['with', 'with']
])
const KEYWORD_KINDS: ReadonlySet<TokenKind> = new Set<TokenKind>([...KEYWORDS.values(), 'dot'])

const LEFT = '{{'
const RIGHT = '}}'
const TRIM_LEFT = /-[ \t\r\n]/y
const TRIM_RIGHT = /[ \t\r\n]-\}\}/y
const SPACES = /[ \t\r\n]+/y
const WORD = /[\p{L}\p{Nd}_]*/uy
const NUMBER = /[+-]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?|0[oO][0-7_]*(?:\.[0-7_]*)?|0[bB][01_]*(?:\.[01_]*)?|[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?)i?/y
const WORD_CHARACTER = /[\p{L}\p{Nd}_]/u
const STRING = /"[^"\\\n]*(?:\\[^\n][^"\\\n]*)*"/y
const RAW_STRING = /`[^`]*`/y
const CHARACTER = /'[^'\\\n]*(?:\\[^\n][^'\\\n]*)*'/y

/** Cuts a template into tokens; the last one is `eof` or `error`. White space next to trimming marks is left out. */
export function lex (text: string): Token[] {
  const lexer = new Lexer(text)
  lexer.run()
  return lexer.tokens
}

/** Names a token in a message. */
export function describeToken ({ kind, text }: Token): string {
  if (kind === 'eof') return 'EOF'
  if (kind === 'error') return text
  if (KEYWORD_KINDS.has(kind)) return `<${text}>`
  return byteLength(text) > 10 ? `${quote([...text].slice(0, 10).join(''))}...` : quote(text)
}

class Lexer {
  readonly tokens: Token[] = []
  readonly #text: string
  #pos = 0
  #parens = 0

  constructor (text: string) {
    this.#text = text
  }

  run (): void {
    while (this.#lexText()) {
      while (this.#lexInsideAction()) { /* until the right delimiter or an error */ }
      if (this.tokens.at(-1)!.kind === 'error') return
    }
  }

  /** Reads up to an action; false at the end of the template. */
  #lexText (): boolean {
    while (true) {
      const start = this.#pos
      const left = this.#text.indexOf(LEFT, start)
      if (left === -1) {
        if (start < this.#text.length) this.#emit('text', start, this.#text.length)
        this.#emit('eof', this.#text.length, this.#text.length)
        return false
      }
      const inside = left + LEFT.length
      const trims = matches(TRIM_LEFT, this.#text, inside) > 0
      const end = trims ? withoutTrailingSpaces(this.#text, start, left) : left
      if (end > start) this.#emit('text', start, end)
      this.#pos = inside + (trims ? 2 : 0)
      if (!this.#text.startsWith('/*', this.#pos)) {
        this.#emit('left', left, inside, this.#pos)
        this.#parens = 0
        return true
      }
      if (!this.#skipComment()) return false
    }
  }

  #skipComment (): boolean {
    const start = this.#pos
    const close = this.#text.indexOf('*/', start + 2)
    if (close === -1) return this.#fail(start, 'unclosed comment')
    this.#pos = close + 2
    if (this.#rightDelimiter() === 0) return this.#fail(start, 'comment ends before closing delimiter')
    this.#passRightDelimiter()
    return true
  }

  /** Reads one token of an action; false after its end or an error. */
  #lexInsideAction (): boolean {
    const start = this.#pos
    if (this.#rightDelimiter() > 0) {
      if (this.#parens > 0) return this.#fail(start, 'unclosed left paren')
      const mark = this.#text[start] === '}' ? start : start + 2
      this.#emit('right', mark, mark + RIGHT.length, start)
      this.#passRightDelimiter()
      return false
    }
    const character = this.#text[start]
    switch (character) {
      case undefined: return this.#fail(start, 'unclosed action')
      case ' ': case '\t': case '\r': case '\n': return this.#lexSpace(start)
      case '=': return this.#emit('assign', start, start + 1)
      case '|': return this.#emit('pipe', start, start + 1)
      case ':':
        if (this.#text[start + 1] !== '=') return this.#fail(start, 'expected :=')
        return this.#emit('declare', start, start + 2)
      case '"': return this.#lexQuoted(STRING, 'string', 'unterminated quoted string')
      case '`': return this.#lexQuoted(RAW_STRING, 'rawString', 'unterminated raw quoted string')
      case "'": return this.#lexQuoted(CHARACTER, 'character', 'unterminated character constant')
      case '$': return this.#lexWord('variable', start + 1)
      case '(':
        this.#parens++
        return this.#emit('paren', start, start + 1)
      case ')':
        if (--this.#parens < 0) return this.#fail(start, 'unexpected right paren')
        return this.#emit('closeParen', start, start + 1)
      case '.':
        if (start + 1 < this.#text.length && !/[0-9]/.test(this.#text[start + 1]!)) return this.#lexWord('field', start + 1)
        return this.#lexNumber(start)
    }
    if (/[-+0-9]/.test(character)) return this.#lexNumber(start)
    const whole = String.fromCodePoint(this.#text.codePointAt(start)!)
    if (WORD_CHARACTER.test(whole)) return this.#lexWord('identifier', start)
    if (character > ' ' && character < '\u007f') return this.#emit('char', start, start + 1)
    return this.#fail(start, `unrecognized character in action: ${describeRune(whole)}`)
  }

  #lexSpace (start: number): boolean {
    let end = start + matches(SPACES, this.#text, start)
    if (matches(TRIM_RIGHT, this.#text, end - 1) > 0) end--
    return this.#emit('space', start, end)
  }

  #lexQuoted (pattern: RegExp, kind: TokenKind, problem: string): boolean {
    const length = matches(pattern, this.#text, this.#pos)
    if (length === 0) return this.#fail(this.#pos, problem)
    return this.#emit(kind, this.#pos, this.#pos + length)
  }

  /** Reads a field, a variable or an identifier whose letters begin at `from`. */
  #lexWord (kind: 'field' | 'variable' | 'identifier', from: number): boolean {
    const start = this.#pos
    const end = from + matches(WORD, this.#text, from)
    if (!this.#isTerminated(end)) {
      return this.#fail(start, `bad character ${describeRune(String.fromCodePoint(this.#text.codePointAt(end)!))}`)
    }
    if (kind === 'field' && end === from) return this.#emit('dot', start, end)
    if (kind !== 'identifier') return this.#emit(kind, start, end)
    const word = this.#text.slice(start, end)
    return this.#emit(KEYWORDS.get(word) ?? (word === 'true' || word === 'false' ? 'bool' : 'identifier'), start, end)
  }

  #lexNumber (start: number): boolean {
    const end = this.#scanNumber(start)
    if (end < 0) return this.#badNumber(start, -end)
    const sign = this.#text[end]
    if (sign !== '+' && sign !== '-') return this.#emit('number', start, end)
    const second = this.#scanNumber(end)
    if (second < 0 || this.#text[second - 1] !== 'i') return this.#badNumber(start, Math.abs(second))
    return this.#emit('complex', start, second)
  }

  /** Returns the end of a number, negative when a letter or digit follows it. */
  #scanNumber (start: number): number {
    const end = start + matches(NUMBER, this.#text, start)
    const next = this.#text.codePointAt(end)
    if (next === undefined || !WORD_CHARACTER.test(String.fromCodePoint(next))) return end
    return -(end + (next > 0xffff ? 2 : 1))
  }

  #badNumber (start: number, end: number): boolean {
    return this.#fail(start, `bad number syntax: ${quote(this.#text.slice(start, end))}`)
  }

  /** Tells whether a word may end here: `.X.Y` is two fields, `$x+2` is an error. */
  #isTerminated (at: number): boolean {
    return at >= this.#text.length || ' \t\r\n.,|:)('.includes(this.#text[at]!) || this.#text.startsWith(RIGHT, at)
  }

  /** Length of the right delimiter at the current position, with its trimming mark; 0 when there is none. */
  #rightDelimiter (): number {
    if (this.#text.startsWith(RIGHT, this.#pos)) return RIGHT.length
    return matches(TRIM_RIGHT, this.#text, this.#pos)
  }

  #passRightDelimiter (): void {
    const length = this.#rightDelimiter()
    this.#pos += length
    if (length > RIGHT.length) this.#pos += matches(SPACES, this.#text, this.#pos)
  }

  #emit (kind: TokenKind, start: number, end: number, next = end): boolean {
    this.tokens.push({ kind, pos: start, text: this.#text.slice(start, end) })
    this.#pos = next
    return true
  }

  #fail (pos: number, message: string): boolean {
    this.tokens.push({ kind: 'error', pos, text: message })
    return false
  }
}

function withoutTrailingSpaces (text: string, start: number, end: number): number {
  let last = end
  while (last > start && ' \t\r\n'.includes(text[last - 1]!)) last--
  return last
}

/** Length of a match of a sticky pattern at a position, 0 for none. */
function matches (pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex - at : 0
}
