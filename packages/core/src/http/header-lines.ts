import type { FastifyRequest } from 'fastify'
import type { Headers } from '../request/message.ts'

const replaced = Symbol('floodgate.replaced-headers')

type Raw = FastifyRequest['raw'] & { [replaced]?: string[] }

/**
 * Fields with a single line: those that frame the message or name its host, and User-Agent, of which Go's HTTP client
 * only sends the first line (net/http, request.go).
 */
const single: ReadonlySet<string> = new Set(['host', 'content-length', 'transfer-encoding', 'connection', 'user-agent', 'set-cookie'])

/**
 * Returns a request's headers with several lines of one name as a list, in the order of arrival; Node joins them, or
 * drops all but the first. A value that a hook has set is kept. Names are in lower case. If no name is repeated, which
 * is the usual case, it returns `request.headers` itself: do not change the result.
 */
export function headerLines (request: FastifyRequest): Readonly<Headers> {
  const { headers, raw } = request
  const { rawHeaders } = raw
  const names = countNames(headers)
  // As many names as lines: nothing was joined. If a hook has added or removed one, the slow path decides.
  if (rawHeaders === undefined || names * 2 === rawHeaders.length) return headers as Headers
  const lines = repeatedLines(raw)
  return lines === null ? headers as Headers : withLines(headers as Headers, lines)
}

/** Returns the first line of a header, as Go's `Header.Get` does; undefined if it was not sent. `name` is in lower case. */
export function firstHeaderLine (request: FastifyRequest, name: string): string | undefined {
  const value = Object.hasOwn(request.headers, name) ? request.headers[name] : undefined
  if (value === undefined) return undefined
  if (typeof value !== 'string') return value[0]
  // Node joins lines with a comma, those of Cookie with a semicolon; a single line need not be looked up.
  if (!value.includes(name === 'cookie' ? '; ' : ', ') || single.has(name)) return value
  const lines = linesOf(request.raw, name)
  return lines.length > 1 && isJoined(value, name, lines) ? lines[0] : value
}

/**
 * Sets a header of a request before its headers are filtered, replacing the client's lines. `name` is in lower case.
 */
export function replaceHeader (request: FastifyRequest, name: string, value: string | string[]): void {
  const raw = request.raw as Raw
  raw.headers[name] = value
  ;(raw[replaced] ??= []).push(name)
}

/** Counts the names without building a list of them, which most requests do not need. */
function countNames (headers: object): number {
  let names = 0
  for (const name in headers) if (name !== '') names++
  return names
}

function withLines (headers: Readonly<Headers>, lines: ReadonlyMap<string, string[]>): Headers {
  const apart: Headers = {}
  for (const name in headers) {
    const value = headers[name]!
    const own = lines.get(name)
    apart[name] = own !== undefined && typeof value === 'string' && isJoined(value, name, own) ? own : value
  }
  return apart
}

/** Returns whether a value is what Node makes of these lines: the lines joined, or the first of them. */
function isJoined (value: string, name: string, lines: readonly string[]): boolean {
  return value === lines[0] || value === lines.join(name === 'cookie' ? '; ' : ', ')
}

/** Returns the lines of each repeated name; null if there is none. */
function repeatedLines (raw: Raw): Map<string, string[]> | null {
  const { rawHeaders, httpVersionMajor } = raw
  const byName = new Map<string, string[]>()
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase()
    const before = byName.get(name)
    if (before === undefined) byName.set(name, [rawHeaders[i + 1]!])
    else before.push(rawHeaders[i + 1]!)
  }
  let repeated: Map<string, string[]> | null = null
  for (const [name, lines] of byName) {
    if (lines.length < 2 || single.has(name) || raw[replaced]?.includes(name)) continue
    // HTTP/2 splits a Cookie into several fields, which are joined again (RFC 9113, section 8.2.3).
    if (name === 'cookie' && httpVersionMajor === 2) continue
    (repeated ??= new Map<string, string[]>()).set(name, lines)
  }
  return repeated
}

function linesOf (raw: Raw, name: string): string[] {
  const { rawHeaders } = raw
  const lines: string[] = []
  if (rawHeaders === undefined || raw[replaced]?.includes(name)) return lines
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    if (rawHeaders[i]!.length === name.length && rawHeaders[i]!.toLowerCase() === name) lines.push(rawHeaders[i + 1]!)
  }
  return lines
}
