import type { FastifyInstance, onRequestHookHandler } from 'fastify'
import type { Service } from '@floodgate/core'
import { createHostLookup, type HostLookup } from '../table/host-lookup.ts'
import { escapeText, writeFastifyPath } from '../table/route-pattern.ts'
import type { Route } from '../table/route-table.ts'
import { virtualHosts } from '../virtual-hosts.ts'
import { wasSent } from './routed.ts'
import { rerun } from './unmatched.ts'

/** Routes of hosts in an app that does not rewrite addresses, so that its own router has to find them. */
export interface HostRoutes {
  /**
   * Where a host's route is registered, with the constraint of Fastify's router; null if that router cannot express it,
   * or the host is not listed.
   */
  natural (route: Route): { readonly url: string, readonly constraints: { readonly host: RegExp } } | null
  /**
   * Creates the hook of routes of every host: a host's own route takes precedence, though Fastify's router prefers a
   * literal path to a parameter.
   */
  divert (scope: FastifyInstance): onRequestHookHandler
}

/** Returns null if the service does not tell hosts apart. */
export function createHostRoutes (service: Service, routes: readonly Route[]): HostRoutes | null {
  const hosts = virtualHosts(service)
  if (hosts === null) return null
  const constraints = new Map([...hosts].map(([host, name]) => [name, new RegExp(`^${escapeText(host)}(?::(?:80|443))?$`, 'i')]))
  const lookups = new Map<string, HostLookup>()
  return {
    natural ({ host }) {
      const constraint = host === null ? undefined : constraints.get(host.name)
      const url = constraint === undefined ? null : writeFastifyPath(host!.pattern)
      return url === null ? null : { url, constraints: { host: constraint! } }
    },
    divert (scope) {
      const prefix = scope.prefix.replace(/\/$/, '')
      const lookup = lookups.get(prefix) ?? createHostLookup(service, routes, prefix)
      lookups.set(prefix, lookup)
      return function divertToHost (request, reply, done) {
        const { raw } = request
        const finding = wasSent(raw) ? null : lookup(raw)
        if (finding?.kind === 'route' && finding.match.route.host !== null) rerun(scope, request, reply, { ...finding, prefix })
        else done()
      }
    }
  }
}
