import { parseHostPattern } from '../options/host-pattern.ts'
import type { RedirectSettings } from '@floodgate/settings'
import { readOrigin } from '../connections/upstream.ts'

/** Rules for redirects of one set of settings that are stricter than Go's client. */
export interface RedirectRules {
  /** Requests that a call may send, the first one included. */
  readonly maxRequests: number
  /** Headers in lower case that are only sent to the origin of the first request. */
  readonly stripped: ReadonlySet<string>
  /** Returns why a target is not allowed; null = it is. */
  refuse (first: string, target: string): string | null
}

// As Go: the tenth redirect fails, and with it the call.
export const maxRequests = 10

/** Prepares the rules of `floodgate.redirects`; null = Go's own. */
export function createRedirectRules (settings: RedirectSettings | undefined): RedirectRules | null {
  if (settings === undefined) return null
  const { max, allowedHosts, sameOrigin, stripHeaders } = settings
  const patterns = allowedHosts?.flatMap((host) => parseHostPattern(host) ?? [])
  return {
    maxRequests: max === undefined ? maxRequests : max + 1,
    stripped: new Set(stripHeaders),
    refuse (first, target) {
      if (sameOrigin) return isSameOrigin(first, target) ? null : 'same_origin is set'
      if (patterns === undefined) return null
      const { host, port } = readOrigin(target)
      return host === readOrigin(first).host || patterns.some((fits) => fits(host, port)) ? null : `allowed_hosts does not name ${host}`
    }
  }
}

/** Compares scheme, host and port of two origins, however they are written. */
export function isSameOrigin (a: string, b: string): boolean {
  return a === b || readOrigin(a).origin === readOrigin(b).origin
}
