import type { FastifyInstance } from 'fastify'
import { routeTakenByConfiguration } from '../errors.ts'

/** The routes of configurations in one app, described for messages, by their place in Fastify's router. */
// eslint-disable-next-line no-restricted-syntax -- written only while routes are added, before the app serves
const routesByServer = new WeakMap<object, Map<string, string>>()

/** Remembers a route of a configuration for {@link reportLaterClashes}. */
export function noteRoute ({ server, prefix }: Pick<FastifyInstance, 'server' | 'prefix'>, method: string, url: string, description: string): void {
  const routes = routesByServer.get(server) ?? new Map<string, string>()
  routesByServer.set(server, routes.set(placeOf(method, `${prefix.replace(/\/$/, '')}${url}`), description))
}

/**
 * Makes a route that the app adds later, where a configuration already has one, an error that names both: Fastify's own
 * names only the later one. It applies to routes that are added in the scope of `app`, and in scopes created in it later.
 *
 * @throws {FG_ERR_ROUTER_ROUTE_TAKEN} where the later route is added
 */
export function reportLaterClashes (app: FastifyInstance): void {
  app.addHook('onRoute', ({ method, url, config, constraints }) => {
    // Routes with constraints can be beside those without.
    if (config?.floodgate !== undefined || Object.keys(constraints ?? {}).length > 0) return
    for (const one of [method].flat()) {
      const taken = routesByServer.get(app.server)?.get(placeOf(one, url))
      if (taken !== undefined) throw routeTakenByConfiguration(`${one} ${url}`, taken)
    }
  })
}

/** Without the names of parameters, which do not make two routes different. */
function placeOf (method: string, url: string): string {
  return `${method.toUpperCase()} ${url.replace(/:(?!:)\w+/g, ':')}`
}
