import { Lexer, type Token } from './lexer.ts'
import { ScriptSyntaxError } from './syntax-error.ts'

/** How deep blocks and expressions may be inside each other. */
const maxDepth = 190

/** The tokens of a script, read one after the other. */
export class TokenStream {
  readonly #lexer: Lexer
  protected token: Token
  /** Of the token before. */
  protected lastLine = 1
  protected lastKind = ''
  protected depth = 0
  #ahead: Token | null = null

  /** @param source a character per byte */
  constructor (source: string) {
    this.#lexer = new Lexer(source)
    this.token = this.#lexer.next()
  }

  protected advance (): void {
    this.lastLine = this.token.line
    this.lastKind = this.token.kind
    this.token = this.#ahead ?? this.#lexer.next()
    this.#ahead = null
  }

  protected peek (): Token {
    this.#ahead ??= this.#lexer.next()
    return this.#ahead
  }

  protected accept (kind: string): boolean {
    if (this.token.kind !== kind) return false
    this.advance()
    return true
  }

  protected expect (kind: string): void {
    if (!this.accept(kind)) throw this.unexpected()
  }

  protected name (): string {
    const { kind, text } = this.token
    if (kind !== 'name') throw this.unexpected()
    this.advance()
    return text
  }

  /** The keyword, not the end of the script. */
  protected expectEnd (): void {
    if (this.token.kind !== 'end' || this.token.text === '') throw this.unexpected()
    this.advance()
  }

  protected deeper (): void {
    if (++this.depth > maxDepth) throw this.unexpected('chunk has too many syntax levels')
  }

  protected unexpected (message = 'parse error'): ScriptSyntaxError {
    const { kind, text, line, column } = this.token
    return kind === 'end' && text === ''
      ? new ScriptSyntaxError(`${message} at EOF`, line, column, true)
      : new ScriptSyntaxError(`'${text.replace(/\s+/g, ' ')}': ${message}`, line, column)
  }
}
