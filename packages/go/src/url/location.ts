import { isIPv6 } from 'node:net'

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

interface Reference extends Target {
  /** What stands behind the scheme of a URL without slash: `mailto:me`. */
  readonly opaque: string
}

// Not escaped in a path that has to be escaped, and also fine in one that came escaped (RFC 3986, 3.3).
const plain = bytes('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~$&+,/:;=@')
const tolerated = bytes("!'()*[]%")
const inHost = bytes('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~!"$&\'()*+,:;<=>[]')
const inUserinfo = /^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/

/**
 * Resolves a Location header against the URL of the request it answers, as Go's `URL.Parse` does: RFC 3986, with its
 * escapes kept, other characters escaped, the fragment checked and dropped. Blanks in a query, which Go would send as they are,
 * are escaped.
 *
 * @throws a plain Error that says what is wrong with the text
 */
export function resolveLocation (base: Target, location: string): Target {
  const reference = parse(location)
  if (reference.scheme !== '' || reference.host !== '' || reference.userinfo !== null) {
    return {
      scheme: reference.scheme || base.scheme,
      host: reference.opaque ? '' : reference.host,
      userinfo: reference.userinfo,
      path: escapePath(joinPaths(reference.path, '')),
      query: reference.query
    }
  }
  return {
    scheme: base.scheme,
    host: base.host,
    userinfo: base.userinfo,
    path: escapePath(joinPaths(base.path, reference.path)),
    query: reference.path === '' && reference.query === null ? base.query : reference.query
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

function parse (location: string): Reference {
  const [text, fragment] = cut(location, '#')
  if (holdsControl(text)) throw new Error('it holds a control character')
  unescape(fragment ?? '')
  const { scheme, rest: afterScheme } = splitScheme(text)
  const [beforeQuery, query] = cut(afterScheme, '?')
  const parts = { scheme, host: '', userinfo: null, path: '', query: query?.replaceAll(' ', '%20') ?? null, opaque: '' }
  if (!beforeQuery.startsWith('/')) {
    if (scheme !== '') return { ...parts, opaque: beforeQuery }
    if (cut(beforeQuery, '/')[0].includes(':')) throw new Error('its first path segment holds a colon')
  }
  if (!beforeQuery.startsWith('//') || (scheme === '' && beforeQuery.startsWith('///'))) return { ...parts, path: escapePath(beforeQuery) }
  const slash = beforeQuery.indexOf('/', 2)
  const authority = slash < 0 ? beforeQuery.slice(2) : beforeQuery.slice(2, slash)
  return { ...parts, ...parseAuthority(authority), path: slash < 0 ? '' : escapePath(beforeQuery.slice(slash)) }
}

function splitScheme (text: string): { scheme: string, rest: string } {
  const match = /^([A-Za-z][A-Za-z0-9+.-]*)?:/.exec(text)
  if (!match) return { scheme: '', rest: text }
  if (match[1] === undefined) throw new Error('its scheme is missing')
  return { scheme: match[1].toLowerCase(), rest: text.slice(match[0].length) }
}

function parseAuthority (authority: string): { host: string, userinfo: string | null } {
  const at = authority.lastIndexOf('@')
  const host = parseHost(authority.slice(at + 1))
  if (at < 0) return { host, userinfo: null }
  const userinfo = authority.slice(0, at)
  if (!inUserinfo.test(userinfo)) throw new Error('its user or password holds a character that must be escaped')
  const [user, password] = cut(userinfo, ':')
  return { host, userinfo: `${unescape(user)}:${unescape(password ?? '')}` }
}

function parseHost (host: string): string {
  const bracket = host.lastIndexOf('[')
  const end = host.lastIndexOf(']')
  if (bracket > 0 || (bracket === 0 && !isIPv6(host.slice(1, end)))) throw new Error('its host is not a valid address')
  const colon = bracket === 0 ? end + 1 : host.indexOf(':')
  if (colon >= 0 && !/^(?::\d*)?$/.test(host.slice(colon))) throw new Error('its port is not a number')
  for (const [escaped] of host.matchAll(/%.{0,2}/g)) {
    // Only what no ASCII character could say may be escaped in a host.
    if (!/^%[89a-f][0-9a-f]$/i.test(escaped)) throw new Error('its host holds an invalid escape')
  }
  const name = unescape(host)
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i)
    if (code < 0x80 && inHost[code] !== 1) throw new Error('its host holds an invalid character')
  }
  return name
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

/** Keeps a path that is escaped; escapes anew, from its decoded form, one that is not. */
function escapePath (path: string): string {
  const decoded = unescape(path)
  if (every(path, (code) => plain[code] === 1 || tolerated[code] === 1)) return path
  let escaped = ''
  for (let i = 0; i < decoded.length; i++) {
    const code = decoded.charCodeAt(i)
    escaped += plain[code] === 1 ? decoded[i] : `%${code.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return escaped
}

function unescape (text: string): string {
  if (!text.includes('%')) return text
  if (/%(?![0-9a-f]{2})/i.test(text)) throw new Error('it holds an invalid escape')
  return text.replace(/%(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

function holdsControl (text: string): boolean {
  return !every(text, (code) => code >= 0x20 && code !== 0x7f)
}

function cut (text: string, separator: string): [before: string, after: string | undefined] {
  const at = text.indexOf(separator)
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]
}

function every (text: string, fits: (code: number) => boolean): boolean {
  for (let i = 0; i < text.length; i++) if (!fits(text.charCodeAt(i))) return false
  return true
}

function bytes (characters: string): Uint8Array {
  const set = new Uint8Array(256)
  for (const character of characters) set[character.charCodeAt(0)] = 1
  return set
}
