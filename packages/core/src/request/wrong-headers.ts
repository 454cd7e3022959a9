import { validateHeaderName, validateHeaderValue } from 'node:http'
import { describeKind } from '../faults/foreign.ts'

/**
 * Says what is wrong with header fields that foreign code gave; null = nothing.
 *
 * @param verb what it did: `gave`, or `gave an answer whose`
 * @param undefinedIsNone takes a field of `undefined` for one that is left out
 * @throws whatever the object's own getters throw
 */
export function findWrongHeaders (headers: unknown, verb = 'gave', undefinedIsNone = false): string | null {
  if (typeof headers !== 'object' || headers === null || Array.isArray(headers) || typeof (headers as { then?: unknown }).then === 'function') {
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
