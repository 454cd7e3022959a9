import type { Backend, Endpoint } from '@floodgate/core'

/** The path of an endpoint as the reference's router has it: `{id}` is `:id`. */
export function routeOf ({ path }: Pick<Endpoint, 'path'>): string {
  return path.replace(/\{([^{}/]+)\}/g, ':$1')
}

/** The url_pattern of a backend in the same form: `/a/{id}` is `/a/:id`, with an empty one as `/`. */
export function routeOfBackend ({ urlPattern }: Pick<Backend, 'urlPattern'>): string {
  const route = urlPattern.replace(/\{([^{}/]+)\}/g, ':$1')
  return route.startsWith('/') ? route : `/${route}`
}

/** The reference's router has a name for what matches nothing. */
export function unmatchedRoute (status: number): string {
  return status === 404 ? '404 Not Found' : status === 405 ? '405 Method Not Allowed' : ''
}

const known: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE'])

/** A method as an attribute: those that anybody could invent are one, so that the number of series stays bounded. */
export function methodOf (method: string): string {
  return known.has(method) ? method : '_OTHER'
}
