import { WireError } from './wire-error.ts'
import type { AnswerHead } from './parse-head.ts'

/** How an answer ends, and what becomes of its connection. */
export interface Framing {
  /** Bytes of the body; -1 = in chunks, -2 = until the connection ends. */
  readonly length: number
  /** The server keeps the connection, and nothing about the head was unusual. */
  readonly isReusable: boolean
  /** ms for which the server says it keeps the connection; 0 = it does not say. */
  readonly keepAlive: number
}

export const chunked = -1
export const untilClose = -2

/**
 * Decides where the body of an answer ends: RFC 9112, 6.3, as Go's client does it (net/http/transfer.go). Takes out of
 * the head's fields what must not be passed on: a length beside chunks, and one that came twice.
 *
 * @throws {WireError} for codings other than chunked, and lengths that differ or are none
 */
export function readFraming (head: AnswerHead, method: string): Framing {
  const { status, version, fields } = head
  let { isStrict } = head
  let length: string | null = null
  let lengths = 0
  let codings = 0
  let coding = ''
  let closes = version < 11
  let keepsAlive = false
  let keepAlive = 0
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i]!
    switch (name.length) {
      case 10:
        if (isName(name, 'connection')) {
          const value = fields[i + 1]!
          if (value === 'keep-alive') keepsAlive = true
          else if (value === 'close') closes = true
          else {
            const tokens = value.toLowerCase().split(',').map((token) => token.trim())
            if (tokens.includes('close')) closes = true
            if (tokens.includes('keep-alive')) keepsAlive = true
          }
        } else if (isName(name, 'keep-alive')) keepAlive = readKeepAlive(fields[i + 1]!)
        break
      case 14:
        if (!isName(name, 'content-length')) break
        lengths++
        if (length === null) length = fields[i + 1]!
        else if (length !== fields[i + 1]) throw new WireError('malformed', 'it has several lengths (Content-Length)')
        break
      case 17:
        if (!isName(name, 'transfer-encoding')) break
        codings++
        coding = fields[i + 1]!
        break
    }
  }
  if (version === 10 && keepsAlive) {
    closes = fields.some(
      (value, i) => i % 2 === 1 && isName(fields[i - 1]!, 'connection') && /(?:^|,)[ \t]*close[ \t]*(?:,|$)/i.test(value)
    )
  }
  if (codings > 0 && version < 11) {
    // As Go: in an answer of HTTP/1.0 the field means nothing (RFC 9112, 6.1, wants the connection closed).
    codings = 0
    isStrict = false
    drop(fields, 'transfer-encoding', 0)
  }
  if (codings > 1 || (codings === 1 && coding !== 'chunked' && coding.toLowerCase() !== 'chunked')) {
    throw new WireError('malformed', 'its transfer coding is not chunked alone')
  }
  const bytes = length === null ? -1 : readLength(length)
  if (lengths > 1) {
    isStrict = false
    drop(fields, 'content-length', 1)
  }
  if (codings > 0 && lengths > 0) {
    // RFC 9112, 6.3: it overrides the length, which has to go.
    isStrict = false
    drop(fields, 'content-length', 0)
  }
  const isReusable = isStrict && !closes
  if (method === 'HEAD' || status === 204 || status === 304 || status < 200) return { length: 0, isReusable, keepAlive }
  if (codings > 0) return { length: chunked, isReusable, keepAlive }
  return bytes >= 0 ? { length: bytes, isReusable, keepAlive } : { length: untilClose, isReusable: false, keepAlive }
}

/** Compares a name with one in lower case. */
function isName (name: string, lower: string): boolean {
  return name === lower || name.toLowerCase() === lower
}

/** strconv.ParseUint(…, 10, 63). */
function readLength (text: string): number {
  if (!/^\d+$/.test(text)) throw new WireError('malformed', 'its length (Content-Length) is not a number')
  const length = Number(text)
  if (length >= 2 ** 63) throw new WireError('malformed', 'its length (Content-Length) is too large')
  return length
}

/** `timeout=5, max=100`. */
function readKeepAlive (value: string): number {
  if (value === 'timeout=5') return 5000
  const seconds = /(?:^|[,\s])timeout\s*=\s*"?(\d{1,9})/i.exec(value)?.[1]
  return seconds === undefined ? 0 : Number(seconds) * 1000
}

/** Takes all fields of a name out but for the first so many. */
function drop (fields: string[], name: string, keep: number): void {
  let seen = 0
  for (let i = 0; i < fields.length;) {
    if (isName(fields[i]!, name) && ++seen > keep) fields.splice(i, 2)
    else i += 2
  }
}
