import type { Endpoint, KeepsSeries } from '@floodgate/core'

/** What `request-metrics.ts` reports, which is loaded where it is wanted; and reasons of refusals, which are taken with the first one. */
const prefixes = ['floodgate_http_', 'floodgate_auth_requests_total']

/**
 * Decides which series of requests go on with a configuration of these endpoints when the one before is released: they are taken with
 * the first request, and would begin again with it.
 */
export function keepRequests (endpoints: readonly Pick<Endpoint, 'method' | 'path'>[]): KeepsSeries {
  const served = new Set(endpoints.map(({ method, path }) => `${method} ${path}`))
  return (name, { endpoint, method }) => prefixes.some((prefix) => name.startsWith(prefix)) &&
    (endpoint === undefined || served.has(`${method} ${endpoint}`))
}
