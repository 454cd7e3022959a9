import { Fault, type Endpoint } from '@floodgate/core'
import { hasDotSegment, mayHaveDots } from './dot-segments.ts'
import { join, readPattern, type Piece, type UrlPattern } from '../target/url-pattern.ts'

type Params = Readonly<Record<string, string>>

/** Returns whether values of a request leave their place in the path of a `url_pattern`. */
export type ClimbsOut = (params: Params) => boolean

const OF_ANSWER = /^[Rr]esp\d+(?:_|$)/

/** Returns whether a placeholder is filled from an earlier response of a sequence. */
export function isOfAnswer (name: string): boolean {
  return OF_ANSWER.test(name)
}

/**
 * Creates the function that checks the values in a path; null if it has no placeholders.
 *
 * @param known the placeholders whose values are known already; others count as harmless. Default: all
 */
export function createClimbsOut ({ path }: Pick<UrlPattern, 'path'>, known: (name: string) => boolean = () => true): ClimbsOut | null {
  const pieces: readonly Piece[] = path.map((piece) => typeof piece === 'string' || known(piece.name) ? piece : 'x')
  const places = pieces.filter((piece) => typeof piece !== 'string')
  if (places.length === 0) return null
  // Configured dots are intended: then each value is checked separately.
  const isDotted = hasDotSegment(join(pieces, {}, () => 'x'))
  // A value of a response may contain a query, which has no segments.
  const ofAnswers = places.some(({ name }) => isOfAnswer(name))
  return function climbsOut (params) {
    let suspects = false
    for (const { name } of places) {
      const value = params[name]
      if (value === undefined || !(value === '' || mayHaveDots(value))) continue
      if (isDotted && hasDotSegment(isOfAnswer(name) ? value.replace(/[?#].*$/s, '') : value)) return true
      suspects = true
    }
    if (!suspects || isDotted) return false
    const text = join(pieces, params, (value) => value)
    return hasDotSegment(ofAnswers ? text.replace(/[?#].*$/s, '') : text)
  }
}

/**
 * Creates the function that refuses a client's request whose path parameters, wildcard or claims leave their place in
 * the path of any backend, before one of them is called. Null if no backend's path has such a placeholder.
 */
export function createClientGuard (endpoint: Pick<Endpoint, 'path' | 'backends'>): ((params: Params) => void) | null {
  const wildcard = endpoint.path.endsWith('/*')
  const checks = endpoint.backends.flatMap(
    ({ urlPattern }) => createClimbsOut(readPattern(urlPattern, wildcard), (name) => !isOfAnswer(name)) ?? []
  )
  if (checks.length === 0) return null
  return function guardPath (params) {
    for (const climbsOut of checks) if (climbsOut(params)) throw climbingValue()
  }
}

/** The fault for a client's value with a dot segment. */
export function climbingValue (): Fault {
  return new Fault('request', 'FG_ERR_PROXY_SEGMENT', 'a parameter is not a valid path segment', {
    status: 400,
    detail: 'a path parameter, wildcard or claim has "." or ".." as a (possibly encoded) segment, with which a backend would resolve another path than that of url_pattern'
  })
}

/** The fault for a value of an earlier response with a dot segment. */
export function climbingAnswer (): Fault {
  return new Fault('backend', 'FG_ERR_PROXY_SEGMENT', 'a value of an earlier response is not a valid path segment', {
    detail: 'a value of an earlier response has "." or ".." as a (possibly encoded) segment: the backend was not called'
  })
}
