import { isIPv6 } from 'node:net'
import { quote } from '../quote/quote.ts'
import { unescapePart, UrlProblem } from './escape.ts'

/** The parts of a URL or reference as net/url finds them. Strings hold one byte per character. */
export interface UrlParts {
  /** Lower case, without colon; '' = none. */
  scheme: string
  /** What follows the scheme of a URL without slash: `mailto:me`. */
  opaque: string
  /** User, and password if there is one, decoded; null = none. */
  userinfo: readonly [user: string, password?: string] | null
  /** Host, with brackets, and port, decoded. */
  host: string
  /** As written. */
  path: string
  /** Without question mark; null = none. */
  query: string | null
  /** As written, without `#`; '' = none. */
  fragment: string
}

/**
 * Splits a URL as Go's url.Parse does.
 *
 * @param binary the text with one character per byte
 * @throws {UrlProblem} in Go's words
 */
export function splitUrl (binary: string): UrlParts {
  const parts: UrlParts = { scheme: '', opaque: '', userinfo: null, host: '', path: '', query: null, fragment: '' }
  const [address, fragment = ''] = cut(binary, '#')
  parts.fragment = fragment
  // eslint-disable-next-line no-control-regex -- what no URL may hold
  if (/[\u0000-\u001f\u007f]/.test(address)) {
    throw new UrlProblem('net/url: invalid control character in URL')
  }
  if (address.startsWith(':')) throw new UrlProblem('missing protocol scheme')
  const scheme = /^([A-Za-z][A-Za-z0-9+\-.]*):/.exec(address)?.[1] ?? ''
  parts.scheme = scheme.toLowerCase()
  const [beforeQuery, query = null] = cut(scheme === '' ? address : address.slice(scheme.length + 1), '?')
  parts.query = query
  parts.path = beforeQuery
  if (!beforeQuery.startsWith('/')) {
    if (scheme !== '') return { ...parts, opaque: beforeQuery, path: '' }
    if (cut(beforeQuery, '/')[0].includes(':')) throw new UrlProblem('first path segment in URL cannot contain colon')
  }
  if (beforeQuery.startsWith('//') && (scheme !== '' || !beforeQuery.startsWith('///'))) {
    const slash = beforeQuery.indexOf('/', 2)
    const authority = beforeQuery.slice(2, slash === -1 ? undefined : slash)
    const at = authority.lastIndexOf('@')
    parts.host = parseHost(parts.scheme, authority.slice(at + 1))
    parts.userinfo = at === -1 ? null : parseUserinfo(authority.slice(0, at))
    parts.path = slash === -1 ? '' : beforeQuery.slice(slash)
  }
  return parts
}

/** Cuts a text at the first separator; the second part is undefined if there is none. */
function cut (text: string, separator: string): [before: string, after?: string] {
  const at = text.indexOf(separator)
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)]
}

function parseUserinfo (userinfo: string): [user: string, password?: string] {
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(userinfo)) throw new UrlProblem('net/url: invalid userinfo')
  const [user, password] = cut(userinfo, ':')
  return password === undefined ? [unescapePart(user, 'userinfo')] : [unescapePart(user, 'userinfo'), unescapePart(password, 'userinfo')]
}

function parseHost (scheme: string, host: string): string {
  const bracket = host.lastIndexOf('[')
  if (bracket > 0) throw new UrlProblem('invalid IP-literal')
  if (bracket === 0) return parseIpLiteral(host)
  const first = host.indexOf(':')
  if (first !== -1) {
    // Only http and https are strict about a second colon.
    checkPort(host.slice(scheme === 'http' || scheme === 'https' ? first : host.lastIndexOf(':')))
  }
  return unescapePart(host, 'host')
}

function parseIpLiteral (host: string): string {
  const close = host.lastIndexOf(']')
  if (close === -1) throw new UrlProblem("missing ']' in host")
  checkPort(host.slice(close + 1))
  const name = host.slice(1, close)
  const zone = name.indexOf('%25')
  const address = zone === -1
    ? unescapePart(name, 'host')
    : unescapePart(name.slice(0, zone), 'host') + unescapePart(name.slice(zone), 'zone')
  if (!isIPv6(address)) throw new UrlProblem('invalid host: no IPv6 address between brackets')
  return `[${address}]${host.slice(close + 1)}`
}

function checkPort (port: string): void {
  if (port !== '' && !/^:[0-9]*$/.test(port)) throw new UrlProblem(`invalid port ${quote(port)} after host`)
}
