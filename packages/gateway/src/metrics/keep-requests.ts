import type { Endpoint, KeepsSeries } from '@floodgate/core'

/** What `request-metrics.ts` reports, which is loaded where it is wanted. */
const prefix = 'floodgate_http_'

/**
 * Decides which series of requests go on with a configuration of these endpoints when the one before is released: they are taken with
 * the first request, and would begin again with it.
 */
export function keepRequests (endpoints: readonly Pick<Endpoint, 'method' | 'path'>[]): KeepsSeries {
  const served = new Set(endpoints.map(({ method, path }) => `${method} ${path}`))
  return (name, { endpoint, method }) => name.startsWith(prefix) && (endpoint === undefined || served.has(`${method} ${endpoint}`))
}
