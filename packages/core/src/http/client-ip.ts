import { BlockList, isIP, isIPv4, type Socket } from 'node:net'
import type { FastifyRequest } from 'fastify'
import type { Service } from '../model/model.ts'

/** Returns the address of the client of a request; '' if the connection is closed. */
export type ClientIp = (request: FastifyRequest) => string

const DEFAULT_HEADERS = ['x-forwarded-for', 'x-real-ip']
const MAPPED = '::ffff:'

// eslint-disable-next-line no-restricted-syntax -- by model, filled at boot
const ofServices = new WeakMap<Service, ClientIp>()

/**
 * Creates the function that determines a client's address by the service's `router` keys: `forwarded_by_client_ip`
 * (default true), `remote_ip_headers` (default X-Forwarded-For, X-Real-IP), `trusted_proxies` (default: all proxies are
 * trusted, as on the reference) and `app_engine`.
 *
 * A header is read from its end: the first address that is not a trusted proxy is used, or the first of the header. A
 * header with an invalid address on the way is ignored.
 *
 * @throws {TypeError} when an entry of `trusted_proxies` is neither an address nor a CIDR range
 */
export function createClientIp (service: Service): ClientIp {
  // Cached, because every one of possibly thousands of endpoints needs it.
  const made = ofServices.get(service) ?? create(service)
  ofServices.set(service, made)
  return made
}

function create (service: Service): ClientIp {
  const router = (service.extra.router ?? {}) as Record<string, unknown>
  const named = texts(router.remote_ip_headers)
  const headers = named.length > 0 ? named.map((name) => name.toLowerCase()) : DEFAULT_HEADERS
  const trusts = trustOf(texts(router.trusted_proxies))
  const usual = router.forwarded_by_client_ip === false ? remote : forwarded
  return router.app_engine === true ? (request) => header(request, 'x-appengine-remote-addr') || usual(request) : usual

  function forwarded (request: FastifyRequest): string {
    const sent = request.headers
    for (const name of headers) {
      if (sent[name] !== undefined) return fromHeaders(request)
    }
    return remote(request)
  }

  function fromHeaders (request: FastifyRequest): string {
    const address = remote(request)
    if (address === '' || !trusts(address)) return address
    for (const name of headers) {
      const found = foremost(header(request, name), trusts)
      if (found !== '') return found
    }
    return address
  }
}

/**
 * Creates the function that returns whether a request comes from a proxy of `router.trusted_proxies` (default: all are trusted).
 *
 * @throws {TypeError} as of {@link createClientIp}
 */
export function createProxyTrust ({ extra }: Pick<Service, 'extra'>): (raw: Pick<FastifyRequest['raw'], 'socket'>) => boolean {
  const trusts = trustOf(texts((extra.router as { trusted_proxies?: unknown } | undefined)?.trusted_proxies))
  return ({ socket }) => trusts(addressOf(socket))
}

function remote (request: FastifyRequest): string {
  return addressOf(request.raw.socket)
}

function addressOf (socket: Pick<Socket, 'remoteAddress'>): string {
  const address = socket.remoteAddress ?? ''
  // The address is written by the kernel: with dots it is an IPv4 address.
  return address.startsWith(MAPPED) && address.includes('.') ? address.slice(MAPPED.length) : address
}

function header (request: FastifyRequest, name: string): string {
  const value = request.headers[name]
  return Array.isArray(value) ? value.join(',') : value ?? ''
}

function foremost (list: string, trusts: (address: string) => boolean): string {
  if (list === '') return ''
  const items = list.split(',')
  for (let i = items.length - 1; i >= 0; i--) {
    const address = items[i]!.trim()
    if (isIP(address) === 0) return ''
    if (i === 0 || !trusts(address)) return address
  }
  return ''
}

function trustOf (entries: string[]): (address: string) => boolean {
  if (entries.length === 0) return () => true
  const list = new BlockList()
  for (const entry of entries) {
    const [address = '', bits] = entry.split('/')
    const version = isIP(address)
    const prefix = bits === undefined ? (version === 4 ? 32 : 128) : Number(bits)
    if (version === 0 || bits === '' || !(prefix >= 0 && prefix <= (version === 4 ? 32 : 128))) {
      throw new TypeError(`trusted_proxies: ${JSON.stringify(entry)} is not a valid IP address or CIDR range: write it like "10.0.0.0/8"`)
    }
    list.addSubnet(address, prefix, version === 4 ? 'ipv4' : 'ipv6')
  }
  return (address) => list.check(address, isIPv4(address) ? 'ipv4' : 'ipv6')
}

function texts (value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).filter((item) => typeof item === 'string' && item !== '')
}
