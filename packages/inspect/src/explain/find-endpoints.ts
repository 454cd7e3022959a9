import type { Endpoint, Service } from '@floodgate/core'

/** Finds the endpoints that a text names: `GET /path`, or `/path` for every method; the method in any case. */
export function findEndpoints ({ endpoints }: Pick<Service, 'endpoints'>, text: string): Endpoint[] {
  const [, method, path] = /^(?:([A-Za-z]+)\s+)?(.*)$/s.exec(text.trim())!
  return endpoints.filter((endpoint) => endpoint.path === path && (method === undefined || endpoint.method === method.toUpperCase()))
}

/** Names an endpoint as people and overrides do. */
export function nameEndpoint ({ method, path }: Pick<Endpoint, 'method' | 'path'>): string {
  return `${method} ${path}`
}
