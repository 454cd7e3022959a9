import { Fault } from '@floodgate/core'
import type { Wrong } from './schema/compile/create-validator.ts'

/** Options of the response of `validation/response-json-schema`. */
export interface ResponseError {
  readonly body?: string
  readonly status?: number
  readonly content_type?: string
}

/** @param index of the expression, from 0 */
export const celFault = (index: number, detail: string): Fault =>
  new Fault('refused', 'FG_ERR_VALIDATION_CEL', `request aborted by evaluator #${index}`, { detail })

/** The reference's message is also shown to clients if the router shows error texts. */
export const badRequest = ({ text, detail }: Wrong): Fault =>
  new Fault('request', 'FG_ERR_VALIDATION_REQUEST', text, { status: 400, detail })
export const brokenBody = (cause: unknown): Fault =>
  new Fault('request', 'FG_ERR_VALIDATION_BODY', 'the body of the request ended early', { status: 400, cause })

export function badResponse (
  { text, detail }: Wrong,
  { status = 500, body = '', content_type: contentType = 'text/plain' }: ResponseError
): Fault {
  return new Fault(
    'backend',
    'FG_ERR_VALIDATION_RESPONSE',
    text,
    { status, detail, ...(body !== '' && { answer: { body, contentType, always: true } }) }
  )
}
