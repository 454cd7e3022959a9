import type { Backend, Endpoint, Service } from '@floodgate/core'
import { FG_ERR_PROXY_UNKNOWN_ENDPOINT } from './errors.ts'

/**
 * Finds the endpoints that a name stands for: `GET /path`, or `/path` for every method.
 *
 * @throws {FG_ERR_PROXY_UNKNOWN_ENDPOINT} when there is none
 */
export function findEndpoints ({ endpoints }: Service, name: string): [Endpoint, ...Endpoint[]] {
  const [first, ...more] = endpoints.filter((endpoint) => endpoint.path === name || nameOf(endpoint) === name)
  if (first === undefined) throw new FG_ERR_PROXY_UNKNOWN_ENDPOINT(`endpoint ${JSON.stringify(name)}`, list(endpoints))
  return [first, ...more]
}

/** @throws {FG_ERR_PROXY_UNKNOWN_ENDPOINT} when the endpoint has no backend at this position */
export function findBackend (endpoint: Endpoint, index: number): Backend {
  const backend = endpoint.backends[index]
  if (backend === undefined) throw new FG_ERR_PROXY_UNKNOWN_ENDPOINT(`backend ${index} at ${nameOf(endpoint)}`, `${endpoint.backends.length}, counted from 0`)
  return backend
}

function nameOf ({ method, path }: Endpoint): string {
  return `${method} ${path}`
}

/** The first few by name. */
function list (endpoints: readonly Endpoint[]): string {
  const names = endpoints.slice(0, 10).map(nameOf).join(', ')
  return endpoints.length > 10 ? `${names} and ${endpoints.length - 10} more` : names
}
