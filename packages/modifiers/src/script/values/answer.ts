import { DecodedResponse, describeKind, type Headers, type StepResponse } from '@floodgate/core'
import { takeBody } from './body.ts'
import { takeHeaders } from './edited.ts'

const keys = ['status', 'headers', 'data', 'body'] as const

/** A response that a function has returned, checked. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly data: Record<string, unknown> | null
  readonly body: Buffer | null
}

/**
 * Reads what a function has returned; null for nothing.
 *
 * @throws {TypeError} it is not a response
 */
export function readAnswerOf (returned: unknown): Answer | null {
  if (returned === undefined) return null
  if (typeof returned !== 'object' || returned === null || Array.isArray(returned)) {
    throw new TypeError(`it returned ${describeKind(returned)}: return nothing to go on, or a response with "status", "headers" and "data" or "body"`)
  }
  const unknown = Object.keys(returned).find((key) => !(keys as readonly string[]).includes(key))
  if (unknown !== undefined) throw new TypeError(`it returned an object with the key ${JSON.stringify(unknown)}: a response has ${keys.join(', ')}`)
  const { status = 200, headers = {}, data = null, body = null } = returned as Record<string, unknown>
  if (!Number.isInteger(status) || (status as number) < 200 || (status as number) > 999) {
    throw new TypeError(`it returned the status ${String(status)}: expected a number from 200 to 999`)
  }
  if (data !== null && (typeof data !== 'object' || Array.isArray(data))) throw new TypeError(`it returned data that is ${describeKind(data)}: expected an object`)
  if (data !== null && body !== null) throw new TypeError('it returned both data and a body')
  if (typeof headers !== 'object' || headers === null) throw new TypeError(`it returned headers that are ${describeKind(headers)}: expected an object`)
  return {
    status: status as number,
    headers: takeHeaders(headers as Record<string, unknown>, {}),
    data: data as Record<string, unknown> | null,
    body: takeBody(body)
  }
}

/** The bytes of a response that passes undecoded: data as JSON. */
export function rawAnswer ({ headers, data, body }: Answer): { headers: Headers, body: Buffer | null } {
  const bytes = data === null ? body : Buffer.from(JSON.stringify(data))
  return {
    headers: {
      ...data !== null && { 'content-type': 'application/json; charset=utf-8' },
      ...headers,
      'content-length': String(bytes?.length ?? 0)
    },
    body: bytes
  }
}

/**
 * Makes a step's response of what a function has returned.
 *
 * @param isRaw responses pass undecoded
 * @throws {TypeError} it has a body where a document is needed
 */
export function stepAnswer (answer: Answer, isRaw: boolean): StepResponse {
  if (isRaw) return { status: answer.status, ...rawAnswer(answer), data: null, complete: true, fault: null }
  if (answer.body !== null) throw new TypeError('it returned a body: return "data", which is written in the output encoding')
  const response = new DecodedResponse(answer.data ?? {})
  response.status = answer.status
  response.headers = answer.headers
  return response
}
