import { BlockList, isIP } from 'node:net'
import { domainToASCII } from 'node:url'
import type { ProxySettings } from '@floodgate/settings'

/** Returns the proxy of the environment for an origin; null = none. */
export type EnvironmentProxy = (protocol: 'http:' | 'https:', host: string, port: number) => ProxySettings | null

type Matches = (host: string, port: number, family: 0 | 4 | 6) => boolean

const defaultPorts: Record<string, number> = { http: 80, https: 443, socks5: 1080, socks5h: 1080 }
const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')
const mapped = new BlockList()
mapped.addSubnet('::ffff:0:0', 96, 'ipv6')

/**
 * Reads HTTP_PROXY, HTTPS_PROXY and NO_PROXY, or the lower-case names where those are empty, as Go does
 * (golang.org/x/net/http/httpproxy): never for `localhost` and loopback addresses, and HTTP_PROXY not where
 * REQUEST_METHOD is set, because a CGI client could have set it with a `Proxy` header.
 *
 * @param warn called with the variable whose value is invalid; the value itself may contain a password and is not passed
 */
export function readEnvironmentProxy (env: NodeJS.ProcessEnv, warn: (message: string) => void = () => {}): EnvironmentProxy {
  const http = env['REQUEST_METHOD'] ? null : read(env, 'HTTP_PROXY', warn)
  const https = read(env, 'HTTPS_PROXY', warn)
  if (!http && !https) return () => null
  const exceptions = parseExceptions(env['NO_PROXY'] || env['no_proxy'] || '')
  return (protocol, host, port) => {
    const proxy = protocol === 'https:' ? https : http
    return proxy && !isException(exceptions, host.toLowerCase(), port) ? proxy : null
  }
}

/** Returns whether a host is among the entries of a list as NO_PROXY is one, without its exception for loopback addresses. */
export function createNoProxy (entries: readonly string[]): (host: string, port: number) => boolean {
  const exceptions = parseExceptions(entries.join(','))
  return (host, port) => {
    const name = host.toLowerCase()
    return exceptions.some((matches) => matches(name, port, isIP(name) as 0 | 4 | 6))
  }
}

/** Returns whether a text is one entry of NO_PROXY that can match a host. */
export function isNoProxyEntry (text: string): boolean {
  const entry = text.trim().toLowerCase()
  const [network = '', prefix, ...rest] = entry.split('/')
  if (prefix !== undefined) {
    return rest.length === 0 && isIP(network) !== 0 && /^\d{1,3}$/.test(prefix) && Number(prefix) <= (isIP(network) === 4 ? 32 : 128)
  }
  return entry === '*' || (!/[\s,?#@]/.test(entry) && parseException(entry) !== null)
}

/** Names the variable that proxies for a protocol come from; null = none is set, or it must not count. */
export function nameProxyVariable (env: NodeJS.ProcessEnv, protocol: string): string | null {
  const upper = protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY'
  if (upper === 'HTTP_PROXY' && env['REQUEST_METHOD']) return null
  return env[upper] ? upper : env[upper.toLowerCase()] ? upper.toLowerCase() : null
}

function read (env: NodeJS.ProcessEnv, name: string, warn: (message: string) => void): ProxySettings | null {
  const value = env[name] || env[name.toLowerCase()]
  if (!value) return null
  const proxy = parseAddress(value)
  if (!proxy) warn(`${name} is not used: write it as protocol://host:port with http, https, socks5 or socks5h`)
  return proxy
}

function parseAddress (value: string): ProxySettings | null {
  let url = parseUrl(value)
  if (!url?.hostname && !value.includes('://')) url = parseUrl(`http://${value}`)
  if (!url?.hostname) return null
  const protocol = url.protocol.slice(0, -1)
  const port = defaultPorts[protocol] && (Number(url.port) || defaultPorts[protocol])
  if (!port) return null
  return {
    protocol: protocol as ProxySettings['protocol'],
    host: unbracket(url.hostname),
    port,
    username: url.username || url.password ? decode(url.username) : null,
    password: url.password ? decode(url.password) : null
  }
}

function isException (exceptions: readonly Matches[], host: string, port: number): boolean {
  const family = isIP(host) as 0 | 4 | 6
  if (host === 'localhost' || (family !== 0 && holds(loopback, host, family))) return true
  return exceptions.some((matches) => matches(host, port, family))
}

function parseExceptions (list: string): Matches[] {
  const entries = list.split(',').map((entry) => entry.trim().toLowerCase()).filter(Boolean)
  return entries.includes('*') ? [() => true] : entries.flatMap((entry) => parseException(entry) ?? [])
}

function parseException (entry: string): Matches | null {
  const [network = '', prefix = '', ...rest] = entry.split('/')
  if (isIP(network) && /^\d{1,3}$/.test(prefix) && rest.length === 0 && Number(prefix) <= (isIP(network) === 4 ? 32 : 128)) {
    const subnet = new BlockList()
    subnet.addSubnet(network, Number(prefix), isIP(network) === 4 ? 'ipv4' : 'ipv6')
    // An IPv6 network holds no IPv4 address, whichever way that is written.
    const isIPv4Network = isIP(network) === 4
    return (host, _port, family) => family !== 0 &&
      isIPv4Network === (family === 4 || mapped.check(host, 'ipv6')) &&
      holds(subnet, host, family)
  }
  const { host, port } = splitPort(entry)
  if (host === '') return null
  if (isIP(host)) {
    const address = new BlockList()
    address.addAddress(host, isIP(host) === 4 ? 'ipv4' : 'ipv6')
    return (other, otherPort, family) => family !== 0 && fits(port, otherPort) && holds(address, other, family)
  }
  // `foo.com` covers the name and what is below it, `.foo.com` and `*.foo.com` only what is below it.
  const written = host.startsWith('*.') ? host.slice(1) : host
  const name = isAscii(written) ? written : domainToASCII(written)
  const suffix = name.startsWith('.') ? name : `.${name}`
  return (other, otherPort, family) => family === 0 && fits(port, otherPort) && (other.endsWith(suffix) || other === name)
}

function splitPort (entry: string): { host: string, port: string } {
  const match = /^(?:\[([^\]]*)\]|([^:]*)):([^:]*)$/.exec(entry)
  return match ? { host: match[1] ?? match[2] ?? '', port: match[3] ?? '' } : { host: entry, port: '' }
}

function isAscii (text: string): boolean {
  return Buffer.byteLength(text) === text.length
}

function fits (wanted: string, port: number): boolean {
  return wanted === '' || wanted === String(port)
}

function holds (list: BlockList, host: string, family: 4 | 6): boolean {
  return list.check(host, family === 4 ? 'ipv4' : 'ipv6')
}

function parseUrl (text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null
}

function unbracket (hostname: string): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname
}

function decode (text: string): string {
  try { return decodeURIComponent(text) } catch { return text }
}
