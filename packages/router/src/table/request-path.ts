import { decodePercent, escapePart } from '@floodgate/go/url'

/** A request's parsed address. */
export interface RequestPath {
  /** Decoded; null if an escape is invalid. */
  readonly path: string | null
  /** With its question mark, as sent; '' = none. */
  readonly query: string
}

const ABSOLUTE = /^[a-z][a-z0-9+.-]*:\/\/[^/?]*/i

/** Parses the address of a request line, also in absolute form (RFC 9112, section 3.2). */
export function readRequestPath (url: string): RequestPath {
  const relative = url.startsWith('/') ? url : url.replace(ABSOLUTE, '')
  const at = relative.indexOf('?')
  const path = at < 0 ? relative : relative.slice(0, at)
  return { path: decodePercent(path === '' ? '/' : path), query: at < 0 ? '' : relative.slice(at) }
}

/** Resolves dot segments and duplicate slashes; a trailing slash is kept, and a trailing dot becomes one. */
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
 * Formats a decoded path for a Location header, cleaned as by Go's http.Redirect: never with two slashes at its start,
 * which would be another host.
 */
export function writeLocation (path: string): string {
  return escapePart(cleanPath(path), 'path')
}
