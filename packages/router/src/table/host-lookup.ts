import type { FastifyRequest } from 'fastify'
import type { Service } from '@floodgate/core'
import { readHost, virtualHosts } from '../virtual-hosts.ts'
import { createLookup, type Finding } from './lookup.ts'
import type { Route } from './route-table.ts'

/** Routes a request by its method, its Host, and its address or another one in place of that. */
export type HostLookup = (raw: Pick<FastifyRequest['raw'], 'method' | 'url' | 'headers'>, url?: string) => Finding

const UNKNOWN: Finding = { kind: 'unknown' }

/**
 * Creates the routing of a service that may tell hosts apart (`server/virtualhost`): the endpoints of the request's host
 * are tried first, then those of no host. Endpoints of a host are found by it alone, never by their own path.
 *
 * @param routes in the order of registration
 * @param prefix prefix of all paths, without a trailing slash
 */
export function createHostLookup (service: Service, routes: readonly Route[], prefix = ''): HostLookup {
  const hosts = virtualHosts(service)
  if (hosts === null) {
    const lookup = createLookup(service, routes, prefix)
    return (raw, url = raw.url!) => lookup(raw.method!, url)
  }
  const lookupPlain = createLookup(service, routes.filter(({ host }) => host === null), prefix)
  const lookups = new Map([...new Set(hosts.values())].map((name) => {
    const own = routes.filter(({ host }) => host?.name === name)
    // They are matched by the path that clients ask for.
    const whole = new Map(own.map((route) => [{ ...route, pattern: route.host!.pattern }, route]))
    const lookup = createLookup(service, [...whole.keys()], prefix)
    return [name, (method: string, url: string): Finding => {
      const finding = lookup(method, url)
      return finding.kind === 'route' ? { ...finding, match: { ...finding.match, route: whole.get(finding.match.route)! } } : finding
    }]
  }))

  return function lookupAtHost (raw, url = raw.url!) {
    const method = raw.method!
    const name = hosts.get(readHost(raw))
    const own = name === undefined ? UNKNOWN : lookups.get(name)!(method, url)
    if (own.kind === 'route') return own
    const plain = lookupPlain(method, url)
    if (plain.kind === 'route' || own.kind === 'unknown') return plain
    if (own.kind === 'method' && plain.kind === 'method') {
      return { kind: 'method', allow: [...new Set(`${own.allow}, ${plain.allow}`.split(', '))].join(', ') }
    }
    return own.kind === 'method' && plain.kind === 'redirect' ? plain : own
  }
}
