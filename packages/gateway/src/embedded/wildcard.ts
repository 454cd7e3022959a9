import type { FastifyInstance, HTTPMethods, RouteHandlerMethod } from 'fastify'
import { noteRoute } from '@floodgate/router'

/** The route for all paths of a gateway, in the host's router. */
export interface Wildcard {
  /** Returns whether the host has a route of its own there. */
  isTaken (method: string, url: string): boolean
  /** Methods of which the host has a route for all paths itself. */
  readonly hidden: ReadonlySet<string>
}

/** Adds a route for all paths of a scope, and all methods; where the host has one for all paths of a method, that one stays. */
export function addWildcard (scope: FastifyInstance, handler: RouteHandlerMethod): Wildcard {
  const base = scope.prefix.replace(/\/$/, '')
  const all = scope.supportedMethods as HTTPMethods[]
  const own = new Set<string>()
  for (const url of base === '' ? ['/*'] : ['', '/*']) {
    const methods = all.filter((method) => !scope.hasRoute({ method, url: base + url }))
    if (methods.length === 0) continue
    scope.route({ method: methods, url, exposeHeadRoute: false, schema: { hide: true } as object, handler })
    for (const method of methods) {
      own.add(`${method} ${base}${url}`)
      noteRoute(scope, method, url, `${method} ${base}${url}, of a gateway with { reloadable: true }: register this route before it`)
    }
  }
  return {
    isTaken: (method, url) => !own.has(`${method} ${url}`) && scope.hasRoute({ method: method as HTTPMethods, url }),
    hidden: new Set(all.filter((method) => !own.has(`${method} ${base}/*`)))
  }
}
