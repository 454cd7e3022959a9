import { TemplateError, type TemplateErrorCode } from '../errors.ts'
import { describeToken, lex, type Token, type TokenKind } from './lexer.ts'
import { lineOf, placeOf, type Source } from './position.ts'

/** Parenthesised pipelines and blocks within each other. */
const MOST_NESTING = 1000

/** What belongs to one tree while it is parsed: a `define` or `block` starts its own. */
export interface Scope {
  variables: string[]
  rangeDepth: number
  /** Offset of the action being parsed, -1 between actions. */
  actionPos: number
  /** The latest token taken for this tree: errors are reported on its line. */
  latest: Token
}

/** Takes the tokens of a template one by one, and knows where errors are. */
export class TokenReader {
  readonly source: Source
  scope: Scope
  readonly #tokens: Token[]
  #at = 0
  #nesting = 0

  constructor (source: Source) {
    this.source = source
    this.#tokens = lex(source.text)
    this.scope = newScope(this.#tokens[0]!)
  }

  /** Remembers the position, for `reset`. */
  get position (): number {
    return this.#at
  }

  reset (position: number): void {
    this.#at = position
  }

  /** Takes the next token except spaces, of one of the kinds. */
  expect (kinds: TokenKind[], context: string): Token {
    const token = this.nextNonSpace()
    if (!kinds.includes(token.kind)) this.unexpected(token, context)
    return token
  }

  next (): Token {
    const token = this.peek()
    this.#at++
    return token
  }

  /** Gives back the token taken last. */
  back (): void {
    this.#at--
  }

  peek (): Token {
    const token = this.#tokens[this.#at] ?? this.#tokens.at(-1)!
    if (token.pos > this.scope.latest.pos) this.scope.latest = token
    return token
  }

  nextNonSpace (): Token {
    this.peekNonSpace()
    return this.next()
  }

  peekNonSpace (): Token {
    while (this.peek().kind === 'space') this.#at++
    return this.peek()
  }

  /** Starts a tree within another; `leaveTree` goes back to what this returns. */
  enterTree (): Scope {
    const outer = this.scope
    this.scope = newScope(outer.latest)
    return outer
  }

  leaveTree (outer: Scope): void {
    this.scope = outer
  }

  /** Enters a nested level; `rise` leaves it. */
  nest (): void {
    if (++this.#nesting > MOST_NESTING) this.fail('max expression depth exceeded')
  }

  rise (): void {
    this.#nesting--
  }

  unexpected (token: Token, context: string): never {
    if (token.kind !== 'error') this.fail(`unexpected ${describeToken(token)} in ${context}`)
    this.fail(token.text + this.#actionStart(token), 'FG_ERR_GO_TEMPLATE_PARSE', token.pos)
  }

  /** Says where an action began that is not closed on the line where that was found out. */
  #actionStart (token: Token): string {
    const { actionPos } = this.scope
    if (actionPos === -1) return ''
    const line = lineOf(this.source, actionPos)
    if (line === lineOf(this.source, token.pos)) return ''
    return `${token.text.endsWith(' action') ? '' : ' in action'} started at ${this.source.name}:${line}`
  }

  /** Ends the parsing: Go reports the line of the latest token. */
  fail (message: string, code: TemplateErrorCode = 'FG_ERR_GO_TEMPLATE_PARSE', pos = this.scope.latest.pos): never {
    const place = placeOf(this.source, pos)
    const line = lineOf(this.source, this.scope.latest.pos)
    throw new TemplateError(code, `template: ${this.source.name}:${line}: ${message}`, place)
  }
}

function newScope (latest: Token): Scope {
  return { variables: ['$'], rangeDepth: 0, actionPos: -1, latest }
}
