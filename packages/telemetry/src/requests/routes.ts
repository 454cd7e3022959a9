import { withoutQuery, type Backend, type Endpoint } from '@floodgate/core'

/** The path of an endpoint as the reference's router has it: `{id}` is `:id`. */
export function routeOf ({ path }: Pick<Endpoint, 'path'>): string {
  return path.replace(/\{([^{}/]+)\}/g, ':$1')
}

/**
 * The url_pattern of a backend in the same form, with names in lower case as in the reference: `/a/{userId}` is `/a/:userid`, an
 * empty one `/`. Its query is left out: it may carry a secret.
 */
export function routeOfBackend ({ urlPattern }: Pick<Backend, 'urlPattern'>): string {
  const route = withoutQuery(urlPattern).replace(/\{([^{}/]+)\}/g, (_, name: string) => `:${name.toLowerCase()}`)
  return route.startsWith('/') ? route : `/${route}`
}

/** Whether a list of paths has an endpoint: as in the configuration, or in the form of its route. */
export function isSkippedEndpoint (endpoint: Pick<Endpoint, 'path'>, skipped: ReadonlySet<string>): boolean {
  return skipped.has(endpoint.path) || skipped.has(routeOf(endpoint))
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
