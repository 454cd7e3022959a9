import { createHash } from 'node:crypto'
import type { CoreRequest } from '@floodgate/core'

/**
 * Headers that do not make an answer somebody's own: what the gateway says of itself and of the client's address, what the
 * cache itself goes by, what HTTP negotiates (an answer that depends on it says so in `Vary`), and what traces and counts
 * requests, which differs every time.
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
 * Gives the key of a request's answer: its address, and every header that may make the answer another one without
 * `Vary` saying so. Those are all that the endpoint let in or the gateway added, but the neutral ones: the host that is
 * forwarded, credentials of any name, propagated claims, `X-Forwarded-Proto`, `X-Original-URL` and whatever else a
 * backend may listen to. What one client can send is never in an answer that another one gets.
 */
export function variantKey (request: CoreRequest): string {
  return keyOf(request, () => true)
}

/** Gives the key of the answer that a client without credentials, at the same host, would have. */
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
  // Most requests have no more than the host: their key stays readable, and costs no digest.
  const key = `${origin}${target}\n${host.length <= 255 ? host : digest(host)}`
  return own === null ? key : `${key}\n${digest(JSON.stringify(own.sort(([a], [b]) => a < b ? -1 : 1)))}`
}

/** A header's lines as one text; two lines are not the same as one with a comma in it. */
export function textOf (value: string | string[] | undefined): string {
  return value === undefined ? '' : typeof value === 'string' ? value : value.join('\n')
}

function digest (text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}
