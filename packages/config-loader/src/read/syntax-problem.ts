/** Details of a `SyntaxProblem`. */
export interface SyntaxProblemDetails {
  /** The file, if it is not the configuration itself. */
  readonly file?: string
  /** Kind of problem in kebab case. Default: `syntax` with a position, `unreadable-file` without. */
  readonly code?: string
}

/** A text with a syntax error. */
export class SyntaxProblem extends Error {
  override readonly name = 'SyntaxProblem'
  readonly where: { line: number, column: number } | null
  readonly excerpt: string | null
  readonly instead: string | null
  readonly file: string | null
  readonly code: string

  constructor (
    message: string,
    where: { line: number, column: number } | null,
    excerpt: string | null,
    instead: string | null,
    { file, code }: SyntaxProblemDetails = {}
  ) {
    super(message)
    this.where = where
    this.excerpt = excerpt
    this.instead = instead
    this.file = file ?? null
    this.code = code ?? (where === null ? 'unreadable-file' : 'syntax')
  }
}
