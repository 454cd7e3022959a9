import type { FeatureSchema, Service } from '@floodgate/core'
import type { FastifyRequest } from 'fastify'

/** Shape of `server/virtualhost`: KrakenD Enterprise page "Virtual hosts". */
const virtualHostSchema = {
  type: 'object',
  properties: {
    hosts: {
      type: 'array',
      items: { type: 'string', minLength: 1 },
      description: 'Hosts with endpoints of their own: those of `api.example.com` are written as `/__virtual/api.example.com/path`. With a port unless it is 80 or 443. Instead of `aliased_hosts`.'
    },
    aliased_hosts: {
      type: 'object',
      additionalProperties: { type: 'string', minLength: 1 },
      description: 'Hosts by aliases of lower-case letters, digits and underscores, which stand for them in endpoints: `/__virtual/alias/path`. Instead of `hosts`.'
    }
  }
} as const

export interface VirtualHostSettings {
  readonly hosts?: readonly string[]
  readonly aliased_hosts?: Readonly<Record<string, string>>
}

/** The namespace `server/virtualhost`: the routes follow it, and the loader checks it. */
export const virtualHostFeature: FeatureSchema = { namespace: 'server/virtualhost', schemas: { service: virtualHostSchema } }

/** The part of an endpoint's path that names the host. */
const VIRTUAL = /^\/__virtual\/([^/]*)(.*)$/s
const DEFAULT_PORT = /:(?:80|443)$/

/** Names of the hosts that have endpoints of their own, by the Host that requests bring (`readHost`). */
export type VirtualHosts = ReadonlyMap<string, string>

/** Returns the hosts of a service; null if it does not tell hosts apart. */
export function virtualHosts ({ extra }: Pick<Service, 'extra'>): VirtualHosts | null {
  const settings = extra?.[virtualHostFeature.namespace] as VirtualHostSettings | undefined
  if (settings === undefined) return null
  const { hosts = [], aliased_hosts: aliased = {} } = settings
  return new Map([
    ...Object.entries(aliased).map(([alias, host]): [string, string] => [plainHost(host), alias.toLowerCase()]),
    ...hosts.map((host): [string, string] => [plainHost(host), host.toLowerCase()])
  ])
}

/** Returns the Host of a request in lower case, with its port unless that is 80 or 443; '' without one. */
export function readHost ({ headers }: Pick<FastifyRequest['raw'], 'headers'>): string {
  return plainHost(headers.host ?? headers[':authority'] as string | undefined ?? '')
}

/**
 * Splits the path of an endpoint that belongs to one host: its name in `hosts` or `aliased_hosts`, in lower case, and the
 * path that clients ask for. Null for other paths.
 */
export function splitVirtualPath (path: string): { readonly name: string, readonly below: string } | null {
  const match = VIRTUAL.exec(path)
  return match === null ? null : { name: match[1]!.toLowerCase(), below: match[2] === '' ? '/' : match[2]! }
}

function plainHost (host: string): string {
  return host.toLowerCase().replace(DEFAULT_PORT, '')
}
