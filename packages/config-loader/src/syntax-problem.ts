/** A text that does not follow its format's syntax. */
export class SyntaxProblem extends Error {
  override readonly name = 'SyntaxProblem'
  readonly where: { line: number, column: number } | null
  readonly excerpt: string | null
  readonly instead: string | null

  constructor (message: string, where: { line: number, column: number } | null, excerpt: string | null, instead: string | null) {
    super(message)
    this.where = where
    this.excerpt = excerpt
    this.instead = instead
  }
}
