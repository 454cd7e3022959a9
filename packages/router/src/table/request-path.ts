import { decodePercent, escapePart } from '@floodgate/go'

/** A request's address, taken apart. */
export interface RequestPath {
  /** Decoded; null when an escape is broken. */
  readonly path: string | null
  /** With its question mark, as it came; '' = none. */
  readonly query: string
}

const ABSOLUTE = /^[a-z][a-z0-9+.-]*:\/\/[^/?]*/i

/** Takes the address of a request line apart, the absolute form too (RFC 9112, section 3.2). */
export function readRequestPath (url: string): RequestPath {
  const relative = url.startsWith('/') ? url : url.replace(ABSOLUTE, '')
  const at = relative.indexOf('?')
  const path = at < 0 ? relative : relative.slice(0, at)
  return { path: decodePercent(path === '' ? '/' : path), query: at < 0 ? '' : relative.slice(at) }
}

/** Resolves dot segments and doubled slashes; a slash at the end stays, and a dot at the end leaves one. */
export function cleanPath (path: string): string {
  const kept: string[] = []
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop()
    else if (segment !== '' && segment !== '.') kept.push(segment)
  }
  const trailing = kept.length > 0 && path.length > 1 && (path.endsWith('/') || path.endsWith('/.'))
  return `/${kept.join('/')}${trailing ? '/' : ''}`
}

/**
 * Writes a decoded path for a Location header, cleaned as Go's http.Redirect does it: never with two slashes at its
 * start, which would name another host.
 */
export function writeLocation (path: string): string {
  return escapePart(cleanPath(path), 'path')
}
