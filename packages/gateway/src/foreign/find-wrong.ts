import { DecodedResponse, describeKind, findWrongHeaders, type BackendResponse, type StepResponse } from '@floodgate/core'

/** Returns why a response of external code is invalid; null = it is valid. Fills in missing fields. */
export function findWrongAnswer (answer: unknown): string | null {
  const wrong = findWrongExchange(answer)
  if (wrong !== null) return wrong
  const response = answer as StepResponse
  // `fault` and `data` of an answer written by hand.
  if (response.fault === undefined) response.fault = null
  // Asking a decoded answer for its data costs it its text.
  const data: unknown = response instanceof DecodedResponse ? (response.text === null ? response.peek() : null) : response.data
  if (typeof data !== 'object') return `gave an answer whose data is ${describeKind(data)}: expected an object or null`
  return null
}

/** The same for the answer of a raw call, which has no data. */
export function findWrongExchange (answer: unknown): string | null {
  if (typeof answer !== 'object' || answer === null) return `gave ${describeKind(answer)}: expected a response (status, headers, body, …)`
  const { status, headers, body } = answer as BackendResponse
  if (!Number.isInteger(status) || status < 200 || status > 999) {
    return `gave an answer whose status is ${typeof status === 'number' ? status : describeKind(status)}: expected a number from 200 to 999`
  }
  if (body === undefined) (answer as BackendResponse).body = null
  else if (body !== null &&
    !Buffer.isBuffer(body) &&
    !isReadable(body)) return `gave an answer whose body is ${describeKind(body)}: expected a Buffer, a stream or null`
  return findWrongHeaders(headers, 'gave an answer whose')
}

function isReadable (body: object): boolean {
  const { pipe, on, destroy } = body as unknown as Record<string, unknown>
  return typeof pipe === 'function' && typeof on === 'function' && typeof destroy === 'function'
}
