import { Fault } from '@floodgate/core'
import type { Wrong } from './schema/compile/create-judge.ts'

/** Codes of every fault this package raises. */
export const codes = {
  FG_ERR_VALIDATION_REQUEST: 'the body of a request does not fit the schema of its endpoint, or is no JSON',
  FG_ERR_VALIDATION_BODY: 'the body of a request broke off before it could be judged',
  FG_ERR_VALIDATION_RESPONSE: 'the data of a response does not fit its schema'
} as const

/** How `validation/response-json-schema` answers. */
export interface ResponseError {
  readonly body?: string
  readonly status?: number
  readonly content_type?: string
}

/** The reference's text is for the client too, where the router shows texts. */
export const badRequest = ({ text, detail }: Wrong): Fault => new Fault('request', 'FG_ERR_VALIDATION_REQUEST', text, { status: 400, detail })
export const brokenBody = (cause: unknown): Fault => new Fault('request', 'FG_ERR_VALIDATION_BODY', 'the body of the request broke off before its end', { status: 400, cause })

export function badResponse ({ text, detail }: Wrong, { status = 500, body = '', content_type: contentType = 'text/plain' }: ResponseError): Fault {
  return new Fault('backend', 'FG_ERR_VALIDATION_RESPONSE', text, { status, detail, ...(body !== '' && { answer: { body, contentType, always: true } }) })
}
