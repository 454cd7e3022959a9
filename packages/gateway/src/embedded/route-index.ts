import createRouter, { type HTTPMethod } from 'find-my-way'

/** What was found for a request. */
export interface Found<Value> {
  readonly value: Value
  /** By the names in Fastify's router, decoded. */
  readonly params: Readonly<Record<string, string | undefined>>
}

/** The routes of one configuration. */
export interface RouteIndex<Value> {
  /** @param url path and query. Returns what answers all others where nothing is found; null if there is nothing */
  find (method: string, url: string): Found<Value> | null
  readonly unmatched: Value | null
}

/** Finds routes as Fastify does it in the gateway's own server: with case, all slashes, and parameters of any length. */
export function createRouteIndex <Value> (
  routes: readonly { readonly method: string, readonly url: string, readonly value: Value }[],
  unmatched: Value | null,
  maxParamLength: number
): RouteIndex<Value> {
  // Features read the query where they need it.
  const router = createRouter({ caseSensitive: true, maxParamLength, querystringParser: () => ({}) })
  for (const { method, url, value } of routes) router.on(method as HTTPMethod, url, () => {}, value)
  const none = unmatched === null ? null : { value: unmatched, params: {} }
  return {
    unmatched,
    find (method, url) {
      // A target such as `*` has no path.
      const found = url.charCodeAt(0) === 47 ? router.find(method as HTTPMethod, url) : null
      if (found === null || found.store === undefined || found.store === null) return none
      return { value: found.store as Value, params: found.params }
    }
  }
}
