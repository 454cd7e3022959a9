import type { Query } from '@floodgate/core'
import { readQuery } from '@floodgate/go/url'

/**
 * Creates the function that reads the query parameters that may pass from a request's address: `['*']` = all, none =
 * null without looking. Null when nothing passes.
 */
export function createQueryReader (names: readonly string[]): (url: string) => Query | null {
  if (names.length === 0) return () => null
  const allowed: ReadonlySet<string> | null = names.includes('*') ? null : new Set(names)
  return function readAllowed (url) {
    const start = url.indexOf('?') + 1
    return start === 0 ? null : readQuery(url, start, allowed)
  }
}
