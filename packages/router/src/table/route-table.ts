import type { Endpoint, Service } from '@floodgate/core'
import { parseRoute, shapeOf, type RoutePattern } from './route-pattern.ts'
import { splitVirtualPath, virtualHosts } from '../virtual-hosts.ts'
import { routerSettings } from '../router-settings.ts'

/** What a route is served by: an endpoint, or the gateway itself. */
export type RouteKind = 'endpoint' | 'health' | 'debug' | 'echo' | 'options'

export interface Route {
  readonly kind: RouteKind
  readonly method: string
  readonly pattern: RoutePattern
  /** Only for the kind `endpoint`. */
  readonly endpoint: Endpoint | null
  /** Methods of the path; only for the kind `options`. */
  readonly allow: string
  /**
   * The one host at which it is found (`server/virtualhost`): its name in the path, and the path that clients ask for.
   * Null: every host.
   */
  readonly host: { readonly name: string, readonly pattern: RoutePattern } | null
}

/** Methods of the debug and echo endpoints, in the order in which the reference registers them. */
const ANY = ['GET', 'POST', 'PUT', 'PATCH', 'HEAD', 'OPTIONS', 'DELETE', 'CONNECT', 'TRACE']
const SERVED: ReadonlySet<string> = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])

/**
 * Lists all routes of a service in the reference's order of registration: health, debug, echo, endpoints, and with
 * `auto_options` OPTIONS of every path. The first of two conflicting routes is listed; endpoints that `isServed`
 * refuses are not.
 */
export function listRoutes (service: Service, isServed: (endpoint: Endpoint) => boolean = () => true): Route[] {
  const router = routerSettings(service)
  const isVirtual = virtualHosts(service) !== null
  const routes: Route[] = []
  const taken = new Set<string>()
  const add = (kind: RouteKind, method: string, path: string, endpoint: Endpoint | null = null, allow = ''): boolean => {
    const pattern = parseRoute(path.startsWith('/') ? path : `/${path}`, service.disableRest)
    const key = `${method} ${shapeOf(pattern)}`
    if (taken.has(key)) return false
    taken.add(key)
    const virtual = isVirtual ? splitVirtualPath(pattern.path) : null
    const host = virtual === null ? null : { name: virtual.name, pattern: parseRoute(virtual.below, service.disableRest) }
    routes.push({ kind, method, pattern, endpoint, allow, host })
    return true
  }

  if (!router.disable_health) add('health', 'GET', router.health_path)
  if (service.debugEndpoint) for (const method of ANY) add('debug', method, '/__debug/*')
  if (service.echoEndpoint) for (const method of ANY) add('echo', method, '/__echo/*')
  const methods = new Map<string, string[]>()
  for (const endpoint of service.endpoints) {
    const { method, path } = endpoint
    if (!SERVED.has(method) || !isServed(endpoint) || !add('endpoint', method, path, endpoint)) continue
    const known = methods.get(path)
    if (known === undefined) methods.set(path, [method])
    else known.push(method)
  }
  if (router.auto_options) for (const [path, allowed] of methods) add('options', 'OPTIONS', path, null, allowed.sort().join(', '))
  return routes
}
