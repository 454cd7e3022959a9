import type { FastifyRequest } from 'fastify'
import type { Service } from '@floodgate/core'
import { readHost, virtualHosts } from '../virtual-hosts.ts'
import { createHostLookup } from './host-lookup.ts'
import { createRewriteAddress } from './path-rewrite.ts'
import { sendTo } from '../scope/routed.ts'
import { listRoutes } from './route-table.ts'
import { routerSettings } from '../router-settings.ts'

const UNCLEAN = /\/[/.]/

/**
 * Creates Fastify's `rewriteUrl`: it rewrites requests whose path must be decoded before it is matched to the address
 * by which Fastify's router finds their route. Only paths with escapes or a `#` are checked, and with
 * `remove_extra_slash` those with duplicate slashes or dots. A `#` is a character of the path, as on the reference:
 * Fastify's router would end the path there. Where hosts are told apart, it checks all requests to those that have
 * endpoints of their own. Paths that a feature rewrites (`rewritePaths`) are rewritten first.
 */
export function createRewriteUrl (service: Service, prefix = ''): (raw: FastifyRequest['raw']) => string {
  const { remove_extra_slash: cleans } = routerSettings(service)
  const lookup = createHostLookup(service, listRoutes(service), prefix)
  const hosts = virtualHosts(service)
  const rewrite = createRewriteAddress(service, prefix)

  const isPlain = (url: string): boolean => !url.includes('%') && !url.includes('#') && !(cleans && UNCLEAN.test(url))

  return function rewriteUrl (raw) {
    const url = rewrite(raw.url!)
    if (isPlain(url) && !hosts?.has(readHost(raw))) return url
    const finding = lookup(raw, url)
    return finding.kind === 'route' ? sendTo(raw, finding.match, prefix, finding.query) : encodeFragment(url)
  }
}

function encodeFragment (url: string): string {
  if (!url.includes('#')) return url
  const query = url.indexOf('?')
  return query < 0 ? url.replaceAll('#', '%23') : url.slice(0, query).replaceAll('#', '%23') + url.slice(query)
}
