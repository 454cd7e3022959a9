import { readNumeral } from './numeral.ts'
import { ScriptSyntaxError } from './syntax-error.ts'

/** `name`, `string`, `number`, `end`, or the keyword or operator itself. */
export interface Token {
  readonly kind: string
  /** As an error message shows it; the content of a string. */
  readonly text: string
  readonly number: number
  readonly line: number
  readonly column: number
}

const KEYWORDS: ReadonlySet<string> = new Set([
  'and', 'break', 'do', 'else', 'elseif', 'end', 'false', 'for', 'function', 'goto', 'if', 'in', 'local', 'nil', 'not', 'or', 'repeat',
  'return', 'then', 'true', 'until', 'while'
])

const OPERATOR = /\.\.\.|\.\.|==|~=|<=|>=|::|[-+*/%^#<>=(){}[\];:,.]/y
const NAME = /[A-Za-z_]\w*/y
const NUMERAL = /0[xX][\da-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/y
const LONG_OPEN = /\[(=*)\[/y
const BLANK = /[ \t\r\n\v\f]+/y

const ESCAPES: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }

/**
 * Splits a script into tokens: Lua 5.1 with `goto`, as the reference's interpreter reads it.
 *
 * @param source a character per byte
 */
export class Lexer {
  readonly #source: string
  #at = 0
  #line = 1
  #lineStart = 0

  constructor (source: string) {
    this.#source = source
    // As files that may be executed begin.
    if (source.startsWith('#')) this.#at = endOfLine(source, 0)
  }

  /** @throws {ScriptSyntaxError} the script has something that is not a token */
  next (): Token {
    this.#skipBlanks()
    const source = this.#source
    const at = this.#at
    if (at >= source.length) return this.#token('end', '', at)
    const name = this.#match(NAME)
    if (name !== null) return this.#token(KEYWORDS.has(name) ? name : 'name', name, at)
    const char = source[at]!
    if (char === '"' || char === "'") return this.#string(char)
    if (char === '[' && this.#peek(LONG_OPEN)) {
      const { line, column } = this.#place(at)
      return { kind: 'string', text: this.#long('unterminated multiline string'), number: 0, line, column }
    }
    const numeral = this.#match(NUMERAL)
    if (numeral !== null) {
      // A zero in front is dropped.
      const number = readNumeral(numeral.replace(/^0(?=\d)/, ''))
      if (number === null) throw this.#wrong(numeral, 'illegal number', at)
      return this.#token('number', numeral, at, number)
    }
    const operator = this.#match(OPERATOR)
    if (operator !== null) return this.#token(operator, operator, at)
    throw this.#wrong(char, char === '~' ? "Invalid '~' token" : 'Invalid token', at)
  }

  #token (kind: string, text: string, at: number, number = 0): Token {
    return { kind, text, number, line: this.#line, column: at - this.#lineStart + 1 }
  }

  #place (at: number): { line: number, column: number } {
    return { line: this.#line, column: at - this.#lineStart + 1 }
  }

  #wrong (text: string, message: string, at: number): ScriptSyntaxError {
    const { line, column } = this.#place(at)
    return new ScriptSyntaxError(`'${text.replace(/\s+/g, ' ')}': ${message}`, line, column)
  }

  #match (pattern: RegExp): string | null {
    pattern.lastIndex = this.#at
    const match = pattern.exec(this.#source)
    if (match === null) return null
    this.#at += match[0].length
    return match[0]
  }

  #peek (pattern: RegExp): boolean {
    pattern.lastIndex = this.#at
    return pattern.test(this.#source)
  }

  #skipBlanks (): void {
    const source = this.#source
    for (;;) {
      const from = this.#at
      const blank = this.#match(BLANK)
      if (blank !== null) this.#countLines(from, this.#at)
      if (!source.startsWith('--', this.#at)) return
      this.#at += 2
      if (this.#peek(LONG_OPEN)) this.#long('invalid multiline comment')
      else this.#at = endOfLine(source, this.#at)
    }
  }

  #countLines (from: number, to: number): void {
    for (let at = this.#source.indexOf('\n', from); at >= 0 && at < to; at = this.#source.indexOf('\n', at + 1)) {
      this.#line++
      this.#lineStart = at + 1
    }
  }

  /** A long bracket's content, without a line break that it begins with. */
  #long (unfinished: string): string {
    const start = this.#at
    const open = this.#match(LONG_OPEN)!
    const content = this.#at
    const close = `]${open.slice(1, -1)}]`
    const end = this.#source.indexOf(close, content)
    if (end < 0) throw this.#wrong(this.#source.slice(content, content + 20), unfinished, start)
    this.#at = end + close.length
    this.#countLines(start, this.#at)
    return this.#source.slice(content, end).replace(/\r\n?|\n\r/g, '\n').replace(/^\n/, '')
  }

  #string (quote: string): Token {
    const source = this.#source
    const start = this.#at
    const place = this.#place(start)
    let text = ''
    let at = start + 1
    for (;;) {
      const char = source[at]
      if (char === quote) break
      if (char === undefined || char === '\n' || char === '\r') throw this.#wrong(text, 'unterminated string', start)
      if (char !== '\\') { text += char; at++; continue }
      const escaped = source[at + 1]
      if (escaped === undefined) throw this.#wrong(text, 'unterminated string', start)
      at += 2
      if (escaped >= '0' && escaped <= '9') {
        const digits = /^\d{1,3}/.exec(source.slice(at - 1, at + 2))![0]
        text += String.fromCharCode(Number(digits) & 0xff)
        at += digits.length - 1
      } else if (escaped === '\r' || escaped === '\n') {
        if (escaped === '\r' && source[at] === '\n') at++
        text += '\n'
      } else text += ESCAPES[escaped] ?? escaped
    }
    this.#at = at + 1
    this.#countLines(start, this.#at)
    return { kind: 'string', text, number: 0, ...place }
  }
}

function endOfLine (source: string, from: number): number {
  const at = source.indexOf('\n', from)
  return at < 0 ? source.length : at
}
