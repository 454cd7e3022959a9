import { ClientError } from '../call/client-error.ts'
import { writeAddress } from '../dial/connect-tcp.ts'
import { writeProxyAuthorization } from '../dial/connect-tunnel.ts'
import { addTo, noteTime } from './counters.ts'
import type { Destination } from '../dial/dial.ts'
import type { Pool } from './pool.ts'
import { flatten, readFields, type RequestHeaders } from '../call/request-headers.ts'
import { keyOfHost } from '../hosts/host.ts'
import type { ProxySettings } from '@floodgate/settings'

/** What is counted per origin, from its first request on. */
export interface OriginCounters {
  /** Requests sent, redirect hops and retries included. */
  requests: number
  /** Redirects of this origin that were followed. */
  redirects: number
  /** Requests sent a second time because a kept connection was gone. */
  retries: number
  /** Requests that could not be sent here and went to another host. */
  failovers: number
  /** Requests that were sent once more, here or to another host, because of a failure here (`retry`). */
  repeats: number
  /** Calls that ended without a whole answer here, by error code. */
  failures: Record<string, number>
  /** Answers with a status of 500 or more, by status. */
  serverErrors: Record<string, number>
  /** When the last one of these failures and errors was, in ms since the epoch. */
  lastAt: Record<string, number>
}

/** One origin as a client reaches it. */
export class Upstream {
  readonly counters: OriginCounters = {
    requests: 0, redirects: 0, retries: 0, failovers: 0, repeats: 0, failures: {}, serverErrors: {}, lastAt: {}
  }

  readonly origin: string
  /** Origin, and address if it has one: `keyOfHost`. */
  readonly key: string
  readonly pool: Pool
  /** What stands before the path in requests to a proxy that forwards them (RFC 9112, 3.2.2); null = no such proxy. */
  readonly prefix: string | null
  /** `Host` unless the caller sets it. */
  readonly host: string
  /** Distinguishes it from others of the same origin that are reached in another way; '' = nothing. */
  readonly mark: string
  readonly #proxyHeaders: readonly string[]

  constructor (origin: string, pool: Pool, proxy: ProxySettings | null, mark = '') {
    this.origin = origin
    this.key = keyOfHost(origin, pool.destination.address)
    this.mark = mark
    this.pool = pool
    this.prefix = pool.destination.isProxy ? origin : null
    // As in Go, a zone is local and not sent (net/http/request.go, `removeZone`).
    this.host = new URL(dropZone(origin)).host
    const authorization = proxy && writeProxyAuthorization(proxy)
    this.#proxyHeaders = authorization ? ['proxy-authorization', authorization] : []
  }

  /** Adds the credentials for a forwarding proxy. */
  writeProxyHeaders (headers: RequestHeaders): string[] {
    return [...this.#proxyHeaders, ...flatten(readFields(headers))]
  }

  fail (code: string): void {
    addTo(this.counters.failures, code)
    noteTime(this.counters.lastAt, code)
  }

  /** It answered with a status of 500 or more. */
  failWith (status: number): void {
    const name = String(status)
    addTo(this.counters.serverErrors, name)
    noteTime(this.counters.lastAt, name)
  }
}

/** Reads an origin; what stands behind it is ignored. */
export function readOrigin (origin: string): { protocol: 'http:' | 'https:', host: string, port: number, origin: string } {
  // A zone of an IPv6 address (RFC 6874), which URLs of the web do not know.
  const zone = zonePattern.exec(origin)?.[1]
  const text = zone === undefined ? origin : dropZone(origin)
  const url = URL.canParse(text) ? new URL(text) : null
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new ClientError(
      'FG_ERR_HTTP_CLIENT_REQUEST',
      'the origin of the request is not an http or https URL: write it as http://host:port'
    )
  }
  const host = url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80)
  if (zone === undefined) return { protocol: url.protocol, host, port, origin: url.origin }
  return { protocol: url.protocol, host: `${host}%${decodeURIComponent(zone)}`, port, origin: url.origin.replace(']', `%25${zone}]`) }
}

/** An origin as it is counted; other texts stay as they are written. */
export function keyOf (origin: string): string {
  try {
    return readOrigin(origin).origin
  } catch {
    return origin
  }
}

const zonePattern = /^https?:\/\/\[[0-9a-f:.]+%25((?:[\w.~-]|%[0-9a-f]{2})+)\]/i

/** An origin, or a URL, without the zone of its IPv6 address. */
export function dropZone (url: string): string {
  return zonePattern.test(url) ? url.replace(/%25[^\]]*\]/, ']') : url
}

/** Decides where connections for an origin end: there, or at a proxy that forwards requests. Goes into a key for pools. */
export function chooseDestination (
  { protocol, host, port }: { protocol: string, host: string, port: number },
  proxy: ProxySettings | null,
  isBeyond: boolean,
  servername: string | null = null,
  address: string | null = null
): Destination & { readonly key: string } {
  const tls = protocol === 'https:'
  if (proxy !== null && !tls && !proxy.protocol.startsWith('socks')) {
    const { protocol, host, port } = proxy
    return {
      host,
      port,
      tls: protocol === 'https',
      through: null,
      isProxy: true,
      isBeyond: false,
      servername: null,
      key: `forward ${protocol} ${writeAddress(host, port)}`
    }
  }
  // A proxy looks names up itself.
  const at = proxy === null ? address : null
  return {
    host,
    port,
    address: at,
    tls,
    through: proxy,
    isProxy: false,
    isBeyond,
    servername,
    key: `${isBeyond ? 'beyond ' : ''}${proxy === null ? 'direct' : 'through'} ${protocol} ${writeAddress(host, port)}${servername === null ? '' : ` ${servername}`}${at === null ? '' : ` at ${at}`}`
  }
}
