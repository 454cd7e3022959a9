import { validateHeaderName, validateHeaderValue } from 'node:http'
import { describeKind } from '../faults/foreign.ts'

/**
 * Returns why header fields from external code are invalid; null if they are valid.
 *
 * @param verb beginning of the message: `gave`, or `gave an answer whose`
 * @param undefinedIsNone treats a field with the value `undefined` as missing
 * @throws whatever the object's own getters throw
 */
export function findWrongHeaders (headers: unknown, verb = 'gave', undefinedIsNone = false): string | null {
  if (typeof headers !== 'object' ||
    headers === null ||
    Array.isArray(headers) ||
    typeof (headers as { then?: unknown }).then === 'function') {
    return `${verb}${verb === 'gave' ? '' : ' headers are'} ${describeKind(headers)}: an object of header fields is expected`
  }
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined && undefinedIsNone) continue
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
