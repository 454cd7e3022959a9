import { Fault, type Endpoint } from '@floodgate/core'
import { hasDotSegment, mayHaveDots } from './dot-segments.ts'
import { join, readPattern, type Piece, type UrlPattern } from '../target/url-pattern.ts'

type Params = Readonly<Record<string, string>>

/** Tells whether the values of a request climb out of their place in the path of an `url_pattern`. */
export type ClimbsOut = (params: Params) => boolean

const OF_ANSWER = /^[Rr]esp\d+(?:_|$)/

/** Whether a placeholder is filled by an earlier answer of a sequence. */
export function isOfAnswer (name: string): boolean {
  return OF_ANSWER.test(name)
}

/**
 * Creates what looks at the values in a path; null when there is nothing to fill in.
 *
 * @param known the placeholders whose values are there already; others are taken for a harmless text. Default: all
 */
export function createClimbsOut ({ path }: Pick<UrlPattern, 'path'>, known: (name: string) => boolean = () => true): ClimbsOut | null {
  const pieces: readonly Piece[] = path.map((piece) => typeof piece === 'string' || known(piece.name) ? piece : 'x')
  const places = pieces.filter((piece) => typeof piece !== 'string')
  if (places.length === 0) return null
  // Dots that are configured are meant: then each value is looked at for itself.
  const isDotted = hasDotSegment(join(pieces, {}, () => 'x'))
  // What an answer says may bring a query of its own, which has no segments.
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
 * Creates what refuses a client's request whose path parameters, wildcard or claims climb out of their place in the path of
 * any backend, before one of them is called. Null when no backend's path has a place for such a value.
 */
export function createClientGuard (endpoint: Pick<Endpoint, 'path' | 'backends'>): ((params: Params) => void) | null {
  const wildcard = endpoint.path.endsWith('/*')
  const checks = endpoint.backends.flatMap(({ urlPattern }) => createClimbsOut(readPattern(urlPattern, wildcard), (name) => !isOfAnswer(name)) ?? [])
  if (checks.length === 0) return null
  return function guardPath (params) {
    for (const climbsOut of checks) if (climbsOut(params)) throw climbingValue()
  }
}

/** The fault of a client's value that climbs out. */
export function climbingValue (): Fault {
  return new Fault('request', 'FG_ERR_PROXY_SEGMENT', 'a parameter is no path segment', {
    status: 400,
    detail: 'a path parameter, wildcard or claim holds "." or ".." as a segment, perhaps encoded: a backend would take it for a way out of its place in url_pattern'
  })
}

/** The fault of a value of an earlier answer that climbs out. */
export function climbingAnswer (): Fault {
  return new Fault('backend', 'FG_ERR_PROXY_SEGMENT', 'a value of an earlier answer is no path segment', {
    detail: 'a value of an earlier answer holds "." or ".." as a segment of the path, perhaps encoded: the backend was not called'
  })
}
