import { isIPv6 } from 'node:net'
import { escapePart, unescapePart, UrlProblem } from './escape.ts'
import { fromBinary, toBinary } from '../texts/text.ts'
import { quote } from '../texts/quote.ts'

/** The parts of a URL, escapes resolved. */
export interface GoUrl {
  scheme: string
  opaque: string
  /** In escaped form; null when there is none. */
  userinfo: string | null
  host: string
  path: string
  query: string
  fragment: string
}

/**
 * Parses a URL as net/url does.
 *
 * @throws {UrlProblem}
 */
export function parseUrl (text: string): GoUrl {
  const url: GoUrl = { scheme: '', opaque: '', userinfo: null, host: '', path: '', query: '', fragment: '' }
  const [address, fragment] = cut(toBinary(text), '#')
  parseAddress(address, url)
  url.fragment = fromBinary(unescapePart(fragment, 'fragment'))
  return url
}

/** Writes a URL as net/url does. */
export function formatUrl (url: GoUrl): string {
  const { scheme, opaque, userinfo, host, query, fragment } = url
  let text = scheme === '' ? '' : scheme + ':'
  if (opaque !== '') {
    text += opaque
  } else {
    const path = url.path === '*' ? '*' : escapePart(url.path, 'path')
    const hasAuthority = scheme !== '' || host !== '' || userinfo !== null
    if (hasAuthority && (host !== '' || url.path !== '' || userinfo !== null)) text += '//'
    if (userinfo !== null) text += userinfo + '@'
    text += escapePart(host, 'host')
    if (path !== '' && !path.startsWith('/') && host !== '') text += '/'
    if (text === '' && path.split('/')[0]!.includes(':')) text = './'
    text += path
  }
  if (query !== '') text += '?' + query
  return fragment === '' ? text : `${text}#${escapePart(fragment, 'fragment')}`
}

function parseAddress (address: string, url: GoUrl): void {
  if (/[\u0000-\u001f\u007f]/.test(address)) throw new UrlProblem('net/url: invalid control character in URL') // eslint-disable-line no-control-regex
  if (address === '*') {
    url.path = '*'
    return
  }
  if (address.startsWith(':')) throw new UrlProblem('missing protocol scheme')
  const scheme = /^([A-Za-z][A-Za-z0-9+\-.]*):/.exec(address)?.[1] ?? ''
  url.scheme = scheme.toLowerCase()
  let [rest, query] = cut(scheme === '' ? address : address.slice(scheme.length + 1), '?')
  url.query = fromBinary(query)
  if (!rest.startsWith('/')) {
    if (scheme !== '') {
      url.opaque = fromBinary(rest)
      return
    }
    if (cut(rest, '/')[0].includes(':')) throw new UrlProblem('first path segment in URL cannot contain colon')
  }
  if (rest.startsWith('//') && (scheme !== '' || !rest.startsWith('///'))) {
    const end = rest.indexOf('/', 2)
    parseAuthority(rest.slice(2, end === -1 ? undefined : end), url)
    rest = end === -1 ? '' : rest.slice(end)
  }
  url.path = fromBinary(unescapePart(rest, 'path'))
}

function parseAuthority (authority: string, url: GoUrl): void {
  const at = authority.lastIndexOf('@')
  url.host = fromBinary(parseHost(url.scheme, authority.slice(at + 1)))
  if (at === -1) return
  const userinfo = authority.slice(0, at)
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(userinfo)) throw new UrlProblem('net/url: invalid userinfo')
  const colon = userinfo.indexOf(':')
  const parts = colon === -1 ? [userinfo] : [userinfo.slice(0, colon), userinfo.slice(colon + 1)]
  url.userinfo = parts.map((part) => escapePart(fromBinary(unescapePart(part, 'userinfo')), 'userinfo')).join(':')
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

function cut (text: string, separator: string): [string, string] {
  const at = text.indexOf(separator)
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}
