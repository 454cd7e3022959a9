import { createHash } from 'node:crypto'
import type { CoreRequest } from '@floodgate/core'

/**
 * Headers that do not make a response specific to a client: the gateway's own and the client's address, those that
 * control caching, those of content negotiation (a response that depends on them has `Vary`), and those of tracing,
 * which differ in every request.
 */
const neutral: ReadonlySet<string> = new Set([
  'user-agent', 'x-forwarded-for', 'x-forwarded-via', 'x-real-ip', 'via',
  'cache-control', 'pragma', 'if-none-match', 'if-modified-since', 'if-match', 'if-unmodified-since', 'if-range', 'range',
  'accept', 'accept-charset', 'accept-encoding', 'accept-language', 'prefer', 'priority', 'save-data', 'dnt',
  'content-length', 'content-type', 'content-encoding', 'date', 'referer', 'upgrade-insecure-requests',
  'traceparent', 'tracestate', 'baggage', 'b3', 'uber-trace-id', 'x-amzn-trace-id', 'x-cloud-trace-context',
  'x-request-id', 'x-correlation-id', 'x-trace-id'
])
const neutralPrefixes = ['x-b3-', 'sec-']

/**
 * Returns the key of a request's response: its address, and every header on which the response may depend without a
 * `Vary`. Those are all headers that the endpoint accepts or the gateway adds, except the neutral ones: the forwarded
 * host, credentials of any name, propagated claims, `X-Forwarded-Proto`, `X-Original-URL` and any other header that a
 * backend may use. So a response to one client's headers is never sent to another client.
 */
export function variantKey (request: CoreRequest): string {
  return keyOf(request, () => true)
}

/** Returns the key for a client without credentials at the same host. */
export function anonymousKey (request: CoreRequest): string {
  return keyOf(request, (name) => name === 'x-forwarded-host')
}

function keyOf ({ origin, target, headers }: CoreRequest, counts: (name: string) => boolean): string {
  let own: [name: string, value: string | string[]][] | null = null
  let host = ''
  for (const name in headers) {
    if (neutral.has(name) || !counts(name)) continue
    if (name === 'x-forwarded-host') host = textOf(headers[name])
    else if (!neutralPrefixes.some((prefix) => name.startsWith(prefix))) (own ??= []).push([name, headers[name]!])
  }
  // Most requests have only the host: their key stays readable and needs no digest.
  const key = `${origin}${target}\n${host.length <= 255 ? host : digest(host)}`
  return own === null ? key : `${key}\n${digest(JSON.stringify(own.sort(([a], [b]) => a < b ? -1 : 1)))}`
}

/** Returns a header's lines as one string; two lines differ from one line with a comma. */
export function textOf (value: string | string[] | undefined): string {
  return value === undefined ? '' : typeof value === 'string' ? value : value.join('\n')
}

function digest (text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}
