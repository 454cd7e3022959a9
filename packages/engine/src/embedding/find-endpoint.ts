import type { Endpoint } from '@floodgate/core'

/** Finds the endpoints that a name stands for: `GET /path`, or `/path` for every method. */
export function findEndpoints (endpoints: readonly Endpoint[], name: string): Endpoint[] {
  return endpoints.filter((endpoint) => endpoint.path === name || nameOf(endpoint) === name)
}

export function nameOf ({ method, path }: Endpoint): string {
  return `${method} ${path}`
}

/** The first few by name. */
export function nameSome (endpoints: readonly Endpoint[]): string {
  const names = endpoints.slice(0, 10).map(nameOf).join(', ')
  return endpoints.length > 10 ? `${names} and ${endpoints.length - 10} more` : names
}
