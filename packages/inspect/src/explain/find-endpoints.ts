import type { Endpoint, Service } from '@floodgate/core'

/** Finds endpoints by `GET /path`, or by `/path` for every method; the method is case-insensitive. */
export function findEndpoints ({ endpoints }: Pick<Service, 'endpoints'>, text: string): Endpoint[] {
  const [, method, path] = /^(?:([A-Za-z]+)\s+)?(.*)$/s.exec(text.trim())!
  return endpoints.filter((endpoint) => endpoint.path === path && (method === undefined || endpoint.method === method.toUpperCase()))
}

/** Returns the name of an endpoint, as used in messages and overrides. */
export function nameEndpoint ({ method, path }: Pick<Endpoint, 'method' | 'path'>): string {
  return `${method} ${path}`
}
