import type { FastifyRequest } from 'fastify'
import type { Service } from '@floodgate/core'
import { createLookup } from './lookup.ts'
import { sendTo } from '../scope/routed.ts'
import { listRoutes } from './route-table.ts'
import { routerSettings } from '../router-settings.ts'

const UNCLEAN = /\/[/.]/

/**
 * Creates Fastify's `rewriteUrl`: it rewrites requests whose path must be decoded before it is matched to the address
 * by which Fastify's router finds their route. Only paths with escapes or a `#` are checked, and with
 * `remove_extra_slash` those with duplicate slashes or dots. A `#` is a character of the path, as on the reference:
 * Fastify's router would end the path there.
 */
export function createRewriteUrl (service: Service, prefix = ''): (raw: FastifyRequest['raw']) => string {
  const { remove_extra_slash: cleans } = routerSettings(service)
  const lookup = createLookup(service, listRoutes(service), prefix)

  return function rewriteUrl (raw) {
    const url = raw.url!
    if (!url.includes('%') && !url.includes('#') && !(cleans && UNCLEAN.test(url))) return url
    const finding = lookup(raw.method!, url)
    return finding.kind === 'route' ? sendTo(raw, finding.match, prefix, finding.query) : encodeFragment(url)
  }
}

function encodeFragment (url: string): string {
  if (!url.includes('#')) return url
  const query = url.indexOf('?')
  return query < 0 ? url.replaceAll('#', '%23') : url.slice(0, query).replaceAll('#', '%23') + url.slice(query)
}
