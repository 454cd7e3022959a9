import { excerptOf, type Place } from './parse/position.ts'

/**
 * What kind of thing went wrong:
 * `PARSE` the text is not a template; `FUNCTION` it names a function that does not exist here; `EXECUTE` an action
 * cannot be carried out; `CALL` a function refused its arguments; `NOT_DEFINED` no template of that name; `DATA` the
 * data is not JSON; `LOADER` the loader threw; `DEPTH`, `OUTPUT`, `TIME` a limit was reached.
 */
export type TemplateErrorCode =
  'FG_ERR_GO_TEMPLATE_PARSE' |
  'FG_ERR_GO_TEMPLATE_FUNCTION' |
  'FG_ERR_GO_TEMPLATE_EXECUTE' |
  'FG_ERR_GO_TEMPLATE_CALL' |
  'FG_ERR_GO_TEMPLATE_NOT_DEFINED' |
  'FG_ERR_GO_TEMPLATE_DATA' |
  'FG_ERR_GO_TEMPLATE_LOADER' |
  'FG_ERR_GO_TEMPLATE_DEPTH' |
  'FG_ERR_GO_TEMPLATE_OUTPUT' |
  'FG_ERR_GO_TEMPLATE_TIME'

/**
 * The only error this package throws: what is wrong with a template or its execution, and where. `message` is worded
 * as Go's text/template words it, position included.
 */
export class TemplateError extends Error {
  override readonly name = 'TemplateError'
  readonly code: TemplateErrorCode
  /** Name of the template text (its file) that the error is in. */
  readonly file: string
  /** Line in `file`, from 1. */
  readonly line: number
  /** Column in characters, from 1. */
  readonly column: number
  /** The line of the template with a mark under the column; empty when there is no text to show. */
  readonly excerpt: string

  constructor (code: TemplateErrorCode, message: string, place: Place, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.file = place.file
    this.line = place.line
    this.column = place.column
    this.excerpt = excerptOf(place)
  }
}

/** What a template function throws to refuse its arguments: the evaluator adds the position. */
export class CallError extends Error {
  override readonly name = 'CallError'
}

/** What ends an execution that grows beyond its limits: the evaluator adds the position. */
export class LimitError extends Error {
  override readonly name = 'LimitError'
  readonly code: TemplateErrorCode

  constructor (code: TemplateErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
