import { fromBinary } from '../text/go-string.ts'
import { escapePart, unescapePart } from './escape.ts'
import { splitUrl } from './split-url.ts'

/** Where a request goes, as Go's net/url keeps it. Strings hold one byte per character, as headers do. */
export interface Target {
  /** Lower case, without colon. */
  readonly scheme: string
  /** Host and perhaps port as written; '' = none. */
  readonly host: string
  /** `user:password`, decoded; null = none. */
  readonly userinfo: string | null
  /** Escaped as it goes on the wire; '' = root. */
  readonly path: string
  /** Without question mark; null = none. */
  readonly query: string | null
}

/** What a path may hold that came escaped (net/url, `validEncoded`; RFC 3986, 3.3). */
const ESCAPED_PATH = /^[\w\-.~$&+,/:;=@!'()*[\]%]*$/

/**
 * Resolves a Location header against the URL of the request it answers, as Go's `URL.Parse` does: RFC 3986, with its
 * escapes kept, other characters escaped, the fragment checked and dropped. Blanks in a query, which Go would send as
 * they are, are escaped.
 *
 * @throws {UrlProblem} in Go's words
 */
export function resolveLocation (base: Target, location: string): Target {
  const { scheme, opaque, host, userinfo, path: written, query: text, fragment } = splitUrl(location)
  unescapePart(fragment, 'fragment')
  const path = keepEscaped(written)
  const query = text?.replaceAll(' ', '%20') ?? null
  if (scheme !== '' || host !== '' || userinfo !== null) {
    return {
      scheme: scheme || base.scheme,
      host: opaque ? '' : host,
      userinfo: userinfo === null ? null : `${userinfo[0]}:${userinfo[1] ?? ''}`,
      path: keepEscaped(joinPaths(path, '')),
      query
    }
  }
  return {
    scheme: base.scheme,
    host: base.host,
    userinfo: base.userinfo,
    path: keepEscaped(joinPaths(base.path, path)),
    query: path === '' && query === null ? base.query : query
  }
}

/** Path and query as the request line has them. */
export function writeRequestPath ({ path, query }: Target): string {
  return (path || '/') + (query === null ? '' : `?${query}`)
}

/** The host without port and brackets. */
export function readHostname (host: string): string {
  const name = host.replace(/:\d*$/, '')
  return name.startsWith('[') && name.endsWith(']') ? name.slice(1, -1) : name
}

/** Merges paths and takes out their dot segments (RFC 3986, 5.2.4). */
function joinPaths (base: string, reference: string): string {
  let full = reference
  if (reference === '') full = base
  else if (!reference.startsWith('/')) full = base.slice(0, base.lastIndexOf('/') + 1) + reference
  if (full === '') return ''
  const segments: string[] = []
  const elements = full.split('/')
  // A leading slash makes an empty first element: the result gets it back below.
  if (elements[0] === '') elements.shift()
  for (const element of elements) {
    if (element === '..') segments.pop()
    else if (element !== '.') segments.push(element)
  }
  const last = elements.at(-1)
  if (last === '.' || last === '..') segments.push('')
  return '/' + segments.join('/')
}

/** Keeps a path that is escaped; escapes one that is not again, from its decoded form. */
function keepEscaped (path: string): string {
  const decoded = unescapePart(path, 'path')
  return ESCAPED_PATH.test(path) ? path : escapePart(fromBinary(decoded), 'path')
}
