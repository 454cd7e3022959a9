import type { IncomingMessage } from 'node:http'
import { badRequest, malformedHost, missingHost, type Refusal } from './refusal.ts'

/** Characters of a valid Host (Go's httpguts.ValidHostHeader): no blanks, quotes, slashes, and no `@`. */
const HOST = /^[\w!$%&'()*+,.:;=[\]~-]*$/
const ABSOLUTE = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?]*@)?([^/?]*)/i
const AUTHORITY = /^(?:\[[^\]]*\]|[^:[\]]*)(?::\d*)?$/
const SLASH = 47

/**
 * Checks the Host of an HTTP/1 request: from 1.1 on there must be exactly one, and it must be valid (RFC 9112,
 * section 3.2).
 */
export function checkHost (request: IncomingMessage): Refusal | null {
  const { host } = request.headers
  if (host === undefined) return request.httpVersionMinor > 0 && request.method !== 'CONNECT' ? missingHost : null
  if (countHosts(request.rawHeaders) > 1) return badRequest
  return isHost(host) ? null : malformedHost
}

export function isHost (host: string): boolean {
  return HOST.test(host)
}

/** Returns whether a request's target is not a path: the absolute form, `*`, or the authority of a CONNECT. */
export function isNoPath (url: string): boolean {
  return url.charCodeAt(0) !== SLASH
}

/**
 * Splits a target in absolute form: its host replaces the Host field (RFC 9112, section 3.2.2), and the rest becomes
 * the target. So later code sees a single host, and a path.
 */
export function takeAbsoluteForm (request: IncomingMessage): Refusal | null {
  const match = ABSOLUTE.exec(request.url!)
  if (match === null) return null
  const authority = match[1]!
  if (!isHost(authority) || !AUTHORITY.test(authority)) return badRequest
  const rest = request.url!.slice(match[0].length)
  request.url = isNoPath(rest) ? `/${rest}` : rest
  // If it is empty, the Host field is used, as in Go.
  if (authority !== '') setHost(request, authority)
  return null
}

function setHost (request: IncomingMessage, host: string): void {
  const { headers, rawHeaders } = request
  headers.host = host
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (isHostField(rawHeaders[i]!)) { rawHeaders[i + 1] = host; return }
  }
  rawHeaders.push('Host', host)
}

function countHosts (rawHeaders: readonly string[]): number {
  let count = 0
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (isHostField(rawHeaders[i]!)) count++
  }
  return count
}

function isHostField (name: string): boolean {
  return name.length === 4 && name.toLowerCase() === 'host'
}
