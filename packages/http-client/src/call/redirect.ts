import { domainToASCII } from 'node:url'
import { ClientError } from './client-error.ts'
import { readHostname, resolveLocation, writeRequestPath, type Target } from '@floodgate/go/url'
import { isSameOrigin, maxRequests, type RedirectRules } from './redirect-rules.ts'
import { flatten, readFields, type HeaderField, type RequestHeaders } from './request-headers.ts'
import { dropZone } from '../connections/upstream.ts'

/** The state of the redirects of one call. */
export interface Redirects {
  readonly first: Target
  readonly fields: readonly HeaderField[]
  readonly hasBody: boolean
  current: Target
  method: string
  /** Requests sent so far. */
  requests: number
  /** Once credentials or the body are removed, they are not sent again. */
  withCredentials: boolean
  withBody: boolean
  /** So do headers that may not leave the origin. */
  hasLeft: boolean
  /** A `Host` of the caller is used until a redirect names a host. */
  withHost: boolean
  /** null = Go's own */
  readonly rules: RedirectRules | null
}

/** The request that follows a redirect. */
export interface Hop {
  readonly origin: string
  readonly path: string
  readonly method: string
  readonly headers: string[]
  readonly withBody: boolean
  /** It goes to another origin than the first request of the call. */
  readonly isBeyond: boolean
}

const credentials = new Set(['authorization', 'www-authenticate', 'cookie', 'cookie2', 'proxy-authenticate'])
// Content-Length is not in Go's list, because Go never sends it as a header.
const bodyHeaders = new Set(['content-encoding', 'content-language', 'content-location', 'content-type', 'content-length'])

/** Begins to follow redirects of a call, of which one request has been sent. */
export function startRedirects (
  origin: string,
  path: string,
  method: string,
  headers: RequestHeaders,
  hasBody: boolean,
  rules: RedirectRules | null = null
): Redirects {
  const [scheme = '', host = ''] = origin.split('://')
  const query = path.indexOf('?')
  const first = {
    scheme: scheme.toLowerCase(),
    host: host.replace(/\/$/, ''),
    userinfo: null,
    path: query < 0 ? path : path.slice(0, query),
    query: query < 0 ? null : path.slice(query + 1)
  }
  return {
    first,
    fields: readFields(headers),
    hasBody,
    current: first,
    method,
    requests: 1,
    withCredentials: true,
    withBody: true,
    hasLeft: false,
    withHost: true,
    rules
  }
}

/** Returns whether a status is one that Go's client follows. */
export function isRedirect (status: number): boolean {
  return (status >= 301 && status <= 303) || status === 307 || status === 308
}

/** The Location of an answer, one byte per character; '' = none. */
export function readLocation (fields: readonly string[]): string {
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i]!
    if (name.length === 8 && name.toLowerCase() === 'location') return fields[i + 1]!
  }
  return ''
}

/**
 * Works out the request that a redirect asks for, by the rules of Go's http.Client (net/http/client.go, `do`).
 *
 * @throws {FG_ERR_HTTP_CLIENT_LOCATION} if the Location is not a URL, or not an http or https URL
 * @throws {FG_ERR_HTTP_CLIENT_TOO_MANY_REDIRECTS} if ten requests have been sent, or as many as the rules allow
 * @throws {FG_ERR_HTTP_CLIENT_REDIRECT_REFUSED} if the rules do not allow the target
 */
export function followRedirect (redirects: Redirects, status: number, location: string): Hop {
  const previous = redirects.current
  const next = resolve(previous, location)
  const { rules } = redirects
  const limit = rules?.maxRequests ?? maxRequests
  if (redirects.requests >= limit) {
    throw new ClientError(
      'FG_ERR_HTTP_CLIENT_TOO_MANY_REDIRECTS',
      `stopped after ${limit} requests; the last Location leads to ${next.scheme}://${next.host}: check for a redirect loop there, or set no_redirect`
    )
  }
  const home = writeOrigin(redirects.first)
  const origin = writeOrigin(next)
  const refusal = rules?.refuse(home, origin) ?? null
  if (refusal !== null) {
    throw new ClientError(
      'FG_ERR_HTTP_CLIENT_REDIRECT_REFUSED',
      `the redirect from ${writeOrigin(previous)} to ${origin} is not followed: ${refusal}`
    )
  }
  const isBeyond = !isSameOrigin(home, origin)
  redirects.hasLeft ||= isBeyond
  if (status < 307) {
    redirects.withBody = false
    if (redirects.method !== 'HEAD') redirects.method = 'GET'
  }
  // net/http/client.go: `!u.IsAbs()`.
  if (/^[A-Za-z][A-Za-z0-9+.-]*:/.test(location)) redirects.withHost = false
  if (redirects.withCredentials && redirects.first.host !== next.host && !isSameOrBelow(next.host, redirects.first.host)) {
    redirects.withCredentials = false
  }
  redirects.current = next
  redirects.requests++

  const stripped = redirects.hasLeft ? rules?.stripped : undefined
  const fields = redirects.fields.filter(
    ([name]) =>
      (redirects.withCredentials || !credentials.has(name)) && (redirects.withBody || !bodyHeaders.has(name)) && (redirects.withHost || name !== 'host') && !stripped?.has(name)
  )
  if (!stripped?.has('referer')) addReferer(fields, previous, next)
  addAuthorization(fields, next)
  return {
    origin,
    path: writeRequestPath(next),
    method: redirects.method,
    headers: flatten(fields),
    withBody: redirects.withBody && redirects.hasBody,
    isBeyond
  }
}

function resolve (base: Target, location: string): Target {
  let target: Target
  try {
    target = resolveLocation(base, location)
  } catch (cause) {
    throw new ClientError('FG_ERR_HTTP_CLIENT_LOCATION', `the Location of a redirect from ${base.scheme}://${base.host} is not a URL: ${(cause as Error).message}`, { cause })
  }
  if ((target.scheme !== 'http' && target.scheme !== 'https') || !URL.canParse(dropZone(writeOrigin(target)))) {
    throw new ClientError('FG_ERR_HTTP_CLIENT_LOCATION', `the Location of a redirect from ${base.scheme}://${base.host} leads to ${target.scheme}://${target.host}, but only http and https are followed`)
  }
  return target
}

function writeOrigin ({ scheme, host }: Target): string {
  return `${scheme}://${Buffer.from(host, 'latin1').toString()}`
}

/** Go sends credentials to the same host name and to subdomains, with any port and scheme. */
function isSameOrBelow (host: string, parent: string): boolean {
  const name = toAscii(readHostname(host))
  const above = toAscii(readHostname(parent))
  return name === above || (!/[:%]/.test(name) && name.endsWith(`.${above}`))
}

function toAscii (bytes: string): string {
  const name = Buffer.from(bytes, 'latin1').toString()
  return name === bytes ? name : domainToASCII(name) || bytes
}

function addReferer (fields: HeaderField[], from: Target, to: Target): void {
  if ((from.scheme === 'https' && to.scheme === 'http') || fields.some(([name]) => name === 'referer')) return
  fields.push(['referer', `${from.scheme}://${from.host}${from.path}${from.query === null ? '' : `?${from.query}`}`])
}

function addAuthorization (fields: HeaderField[], { userinfo }: Target): void {
  if (userinfo === null || fields.some(([name]) => name === 'authorization')) return
  fields.push(['authorization', `Basic ${Buffer.from(userinfo, 'latin1').toString('base64')}`])
}
