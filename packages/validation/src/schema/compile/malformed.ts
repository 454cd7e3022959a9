import { jsonProblem } from '@floodgate/go/json'

/** Largest depth that encoding/json accepts. */
const DEEPEST = 10_000

/** Message for a document that is nested too deeply. */
export const tooDeep = 'exceeded max depth'

/** Returns what json.Decoder says about a text that is not JSON. */
export function malformedProblem (json: Buffer): string {
  // A document that breaks off after its first value has one complete value.
  let problem: string | null
  try {
    problem = jsonProblem(json.toString())
  } catch (error) {
    if (error instanceof RangeError) return tooDeep
    throw error
  }
  if (problem === null) return 'invalid JSON'
  return problem.endsWith('after top-level value') ? 'invalid character after top-level value' : problem
}

/**
 * Returns an error if a text is nested deeper than encoding/json reads; otherwise null. Only long texts are checked:
 * short ones cannot be that deep.
 */
export function nestingProblem (json: Buffer): string | null {
  if (json.length <= DEEPEST) return null
  let depth = 0
  let inString = false
  for (let at = 0; at < json.length; at++) {
    const byte = json[at]!
    if (inString) {
      if (byte === 0x5c) at++
      else if (byte === 0x22) inString = false
    } else if (byte === 0x22) {
      inString = true
    } else if (byte === 0x5b || byte === 0x7b) {
      if (++depth > DEEPEST) return `invalid character '${String.fromCharCode(byte)}' exceeded max depth`
    } else if (byte === 0x5d || byte === 0x7d) {
      depth--
    }
  }
  return null
}
