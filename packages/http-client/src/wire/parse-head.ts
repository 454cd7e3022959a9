import { isHeaderName } from '@floodgate/go/header'
import { WireError } from './wire-error.ts'

/** A head as it came: status line and header lines. */
export interface AnswerHead {
  readonly status: number
  readonly reason: string
  /** 1.1 = 11. As Go takes it, any version of one digit and another. */
  readonly version: number
  /** Names as they were written and trimmed values, in their order: name, value, name, value… */
  readonly fields: string[]
  /** Nothing in it was unusual. */
  readonly isStrict: boolean
}

/** Fields of most responses in their usual spelling: they need no check. */
const usualNames = new Set([
  'Accept-Ranges', 'Access-Control-Allow-Origin', 'Age', 'Allow', 'Cache-Control', 'Connection', 'Content-Disposition',
  'Content-Encoding', 'Content-Language', 'Content-Length', 'Content-Type', 'Date', 'ETag', 'Etag', 'Expires', 'Keep-Alive',
  'Last-Modified', 'Link', 'Location', 'Pragma', 'Server', 'Set-Cookie', 'Strict-Transport-Security', 'Transfer-Encoding',
  'Vary', 'Via', 'X-Content-Type-Options', 'X-Powered-By', 'X-Request-Id',
  'accept-ranges', 'access-control-allow-origin', 'age', 'allow', 'cache-control', 'connection', 'content-encoding',
  'content-length', 'content-type', 'date', 'etag', 'expires', 'keep-alive', 'last-modified', 'link', 'location', 'server',
  'set-cookie', 'strict-transport-security', 'transfer-encoding', 'vary', 'via', 'x-content-type-options', 'x-powered-by',
  'x-request-id'
])

/** RFC 9110, 5.6.2. */
const nameWithBlanks = /^[!#$%&'*+\-.^_`|~0-9A-Za-z ]+$/
const framing = /^ *(?:content-length|transfer-encoding) *$/i

/**
 * Parses the text of a head as Go does (net/textproto, `ReadMIMEHeader`; net/http, `ReadResponse`): bare LFs end lines,
 * lines that begin with a blank go on the one before, lines without a name and those with blanks in it are left out.
 *
 * @throws {WireError} for what Go refuses, and for framing fields with blanks in their names
 */
export function parseHead (text: string, isStrict: boolean): AnswerHead {
  const lineEnd = text.indexOf('\n')
  const line = text.slice(0, text.charCodeAt(lineEnd - 1) === 13 ? lineEnd - 1 : lineEnd)
  let version = 11
  let status = readStatus(line, 9)
  let reasonAt = 13
  if (status < 0 || line.charCodeAt(12) !== 32 || !line.startsWith('HTTP/1.1 ')) {
    const match = /^HTTP\/(\d)\.(\d) +(\d{3})(?: |$)/.exec(line)
    if (match === null) throw new WireError('malformed', 'its status line is not one of HTTP/1.1')
    version = Number(match[1]) * 10 + Number(match[2])
    status = Number(match[3])
    reasonAt = match[0].length
    // RFC 9112, 4: one blank on either side of the status, whether there is a reason phrase or not.
    if (reasonAt !== 13 || version > 11) isStrict = false
  }
  if (status < 100) throw new WireError('malformed', `its status is ${status}`)
  const { fields, isStrict: areStrict } = parseFields(text, lineEnd + 1, isStrict)
  return { status, reason: line.slice(reasonAt), version, fields, isStrict: areStrict }
}

/**
 * Parses header lines, or trailers, up to the empty line.
 *
 * @param at where the first one begins
 * @throws {WireError}
 */
export function parseFields (text: string, at: number, isStrict: boolean): { fields: string[], isStrict: boolean } {
  const fields: string[] = []
  for (;;) {
    const lineEnd = text.indexOf('\n', at)
    const end = text.charCodeAt(lineEnd - 1) === 13 ? lineEnd - 1 : lineEnd
    if (end <= at) break
    const first = text.charCodeAt(at)
    if (first === 32 || first === 9) {
      // RFC 9112, 5.2.
      if (fields.length === 0) throw new WireError('malformed', 'its first header line begins with a blank')
      isStrict = false
      const folded = trim(text, at, end)
      const before = fields.at(-1)!
      if (before !== dropped && folded !== '') fields[fields.length - 1] = before === '' ? folded : `${before} ${folded}`
      at = lineEnd + 1
      continue
    }
    const colon = text.indexOf(':', at)
    if (colon < 0 || colon >= end) throw new WireError('malformed', 'a header line has no colon')
    const name = text.slice(at, colon)
    if (usualNames.has(name) || isHeaderName(name)) {
      fields.push(name, trim(text, colon + 1, end))
    } else {
      isStrict = false
      if (name !== '' && !nameWithBlanks.test(name)) throw new WireError('malformed', 'a header line has an invalid name')
      if (framing.test(name)) throw new WireError('malformed', 'a header line for the length of the body has a blank in its name')
      fields.push('', dropped)
    }
    at = lineEnd + 1
  }
  return { fields: isStrict ? fields : withoutDropped(fields), isStrict }
}

/** Stands for the value of a line that is left out, which lines that begin with a blank may still belong to. */
const dropped = '\n'

function withoutDropped (fields: string[]): string[] {
  const kept: string[] = []
  for (let i = 0; i < fields.length; i += 2) if (fields[i + 1] !== dropped) kept.push(fields[i]!, fields[i + 1]!)
  return kept
}

/** Without blanks and tabs at its ends; other bytes that Unicode calls blank are part of a value. */
function trim (text: string, from: number, to: number): string {
  while (from < to && isBlank(text.charCodeAt(from))) from++
  while (to > from && isBlank(text.charCodeAt(to - 1))) to--
  return text.slice(from, to)
}

function isBlank (code: number): boolean {
  return code === 32 || code === 9
}

function readStatus (line: string, at: number): number {
  const a = line.charCodeAt(at) - 48
  const b = line.charCodeAt(at + 1) - 48
  const c = line.charCodeAt(at + 2) - 48
  return a >= 0 && a < 10 && b >= 0 && b < 10 && c >= 0 && c < 10 ? a * 100 + b * 10 + c : -1
}
