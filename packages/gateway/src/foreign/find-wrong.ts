import { validateHeaderName, validateHeaderValue } from 'node:http'
import { DecodedResponse, describeKind, type BackendResponse, type StepResponse } from '@floodgate/core'

/** Says what is wrong with an answer that foreign code gave; null = nothing. Puts right what is only left out. */
export function findWrongAnswer (answer: unknown): string | null {
  const wrong = findWrongExchange(answer)
  if (wrong !== null) return wrong
  const response = answer as StepResponse
  // `fault` and `data` of an answer written by hand.
  if (response.fault === undefined) response.fault = null
  // Asking a decoded answer for its data costs it its text.
  const data: unknown = response instanceof DecodedResponse ? (response.text === null ? response.peek() : null) : response.data
  if (typeof data !== 'object') return `gave an answer whose data is ${describeKind(data)}: an object, or null, is expected`
  return null
}

/** The same for the answer of a raw call, which has no data. */
export function findWrongExchange (answer: unknown): string | null {
  if (typeof answer !== 'object' || answer === null) return `gave ${describeKind(answer)}: an answer (status, headers, body, …) is expected`
  const { status, headers, body } = answer as BackendResponse
  if (!Number.isInteger(status) || status < 200 || status > 999) return `gave an answer whose status is ${typeof status === 'number' ? status : describeKind(status)}: a number from 200 to 999 is expected`
  if (body === undefined) (answer as BackendResponse).body = null
  else if (body !== null && !Buffer.isBuffer(body) && !isReadable(body)) return `gave an answer whose body is ${describeKind(body)}: a Buffer, a stream, or null, is expected`
  return findWrongHeaders(headers, 'gave an answer whose')
}

/** The same for header fields. */
export function findWrongHeaders (headers: unknown, verb = 'gave'): string | null {
  if (typeof headers !== 'object' || headers === null || Array.isArray(headers) || typeof (headers as { then?: unknown }).then === 'function') {
    return `${verb}${verb === 'gave' ? '' : ' headers are'} ${describeKind(headers)}: an object of header fields is expected`
  }
  for (const [name, value] of Object.entries(headers)) {
    try {
      validateHeaderName(name)
      if (Array.isArray(value)) for (const one of value) validateHeaderValue(name, one)
      else validateHeaderValue(name, value)
      if (typeof value === 'object' && !Array.isArray(value)) throw new Error(`the value of ${name} is an object`)
    } catch (error) {
      return `${verb}${verb === 'gave' ? '' : ' headers have'} a header field that cannot be sent: ${(error as Error).message}`
    }
  }
  return null
}

function isReadable (body: object): boolean {
  const { pipe, on, destroy } = body as unknown as Record<string, unknown>
  return typeof pipe === 'function' && typeof on === 'function' && typeof destroy === 'function'
}
