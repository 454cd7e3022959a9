import type { Service } from '@floodgate/core'
import { cleanPath, readRequestPath, writeLocation } from './request-path.ts'
import { createRouteTree, type Match, type RouteTree } from './route-tree.ts'
import type { Route } from './route-table.ts'
import { routerSettings } from '../router-settings.ts'

/** The reference's result of routing a request. */
export type Finding =
  | { readonly kind: 'route', readonly match: Match, readonly query: string }
  | { readonly kind: 'redirect', readonly status: 301 | 307, readonly location: string }
  | { readonly kind: 'method', readonly allow: string }
  | { readonly kind: 'unknown' }
  /** `OPTIONS *`, which applies to the server, not to a path. */
  | { readonly kind: 'server' }
  /** The path has an invalid escape. */
  | { readonly kind: 'malformed' }

/** Routes a request by its method and its address below the prefix of the gateway. */
export type Lookup = (method: string, url: string) => Finding

const UNKNOWN: Finding = { kind: 'unknown' }
const SERVER: Finding = { kind: 'server' }
const MALFORMED: Finding = { kind: 'malformed' }
const DOT_SEGMENT = /\/\.\.?(?:\/|$)/

/**
 * Creates the reference's routing: paths are percent-decoded before they are matched, so that `%2F` separates segments;
 * a path with other slashes, dots or case is redirected to the correct one (KrakenD page "Router options").
 *
 * @param routes in the order of registration, which is the order of methods in `Allow`
 * @param prefix prefix of all paths, without a trailing slash
 */
export function createLookup (service: Service, routes: readonly Route[], prefix = ''): Lookup {
  const router = routerSettings(service)
  const trees = new Map<string, RouteTree>()
  for (const [method, ofMethod] of groupByMethod(routes)) trees.set(method, createRouteTree(ofMethod))

  function lookup (method: string, url: string): Finding {
    const { path: whole, query } = readRequestPath(url)
    if (whole === null) return MALFORMED
    const asked = withoutPrefix(whole, prefix)
    if (asked === null) return prefix === '' && whole === '*' ? lookupAsterisk(method, query) : UNKNOWN
    const path = router.remove_extra_slash ? cleanPath(asked) : asked
    const tree = trees.get(method)
    if (tree !== undefined) {
      const match = tree.find(path)
      if (match !== null) return { kind: 'route', match, query }
      const right = path === '/' ? null : rightPath(tree, path)
      if (right !== null) return { kind: 'redirect', status: method === 'GET' ? 301 : 307, location: writeLocation(prefix + right) + query }
    }
    if (router.disable_handle_method_not_allowed) return UNKNOWN
    const allowed = [...trees].filter(([other, tree]) => other !== method && tree.find(path) !== null).map(([other]) => other)
    return allowed.length > 0 ? { kind: 'method', allow: allowed.join(', ') } : UNKNOWN
  }

  /**
   * `OPTIONS *` is answered by Go's server itself. `GET *` (RFC 9112, section 3.2.4, has it for OPTIONS alone): for the
   * reference a misspelled path, of which `/*` is the correct one.
   */
  function lookupAsterisk (method: string, query: string): Finding {
    if (method === 'OPTIONS') return SERVER
    const tree = trees.get(method)
    const match = router.remove_extra_slash ? tree?.find('/*') ?? null : null
    if (match !== null) return { kind: 'route', match, query }
    const right = router.disable_redirect_fixed_path ? null : tree?.findSpelling('/*') ?? null
    return right === null ? UNKNOWN : { kind: 'redirect', status: method === 'GET' ? 301 : 307, location: writeLocation(right) + query }
  }

  function rightPath (tree: RouteTree, path: string): string | null {
    // Clients resolve dot segments in a Location themselves: it would lead them to another path.
    if (!router.disable_redirect_trailing_slash && !DOT_SEGMENT.test(path)) {
      const other = path.endsWith('/') ? path.slice(0, -1) : `${path}/`
      // A Location has no duplicate slashes, and must be a valid path without them.
      if (other !== '' && tree.find(other) !== null && tree.find(cleanPath(other)) !== null) return other
    }
    return router.disable_redirect_fixed_path ? null : tree.findSpelling(cleanPath(path))
  }

  return lookup
}

function groupByMethod (routes: readonly Route[]): Map<string, Route[]> {
  const groups = new Map<string, Route[]>()
  for (const route of routes) {
    const group = groups.get(route.method)
    if (group === undefined) groups.set(route.method, [route])
    else group.push(route)
  }
  return groups
}

function withoutPrefix (path: string, prefix: string): string | null {
  if (!path.startsWith(prefix)) return null
  const rest = path.slice(prefix.length)
  return rest === '' ? '/' : rest.startsWith('/') ? rest : null
}
