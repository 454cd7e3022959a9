import { secretKeys, type SecretNames } from './secret-names.ts'

export const redacted = '[redacted]'

/** Redacts secrets in log output. */
export interface Scrub {
  /** In a message: credentials in URLs, tokens, private keys. */
  text (text: string): string
  /** In a request target: values of secret query parameters, credentials in URLs. */
  target (target: string): string
  /** In a JSON value, at any depth: also the values of secret headers and keys. Returns a copy. */
  value (value: unknown): unknown
}

/** `://user:password@` with any characters in the password, but not across the beginning of another URL. */
const userInfo = /:\/\/((?:(?!:\/\/)\S)*)@/g

/** The same, percent-encoded, as a query parameter carries URLs. */
const encodedUserInfo = /%3a%2f%2f((?:(?!%3a%2f%2f)[^&#\s])*)%40/gi

const privateKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----[^]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g

const credentials = /\b(Bearer|Basic|Negotiate|Digest) +(?!(?:auth|realm|token|credential|scheme)[a-z]*\b)[\w.~+/=-]{6,}/gi

/** A run of token characters: scanned once, because searching from each `eyJ` to its end would be quadratic. */
const tokenRun = /(?<![\w.-])[\w.-]+/g
const tokenStart = /\beyJ(?=[\w-])/

/** Creates the redaction for the secrets of a configuration. */
export function createScrub (names: SecretNames): Scrub {
  const parameter = new RegExp(`([?&](?:${[...names.query].map(escapePattern).join('|')})=)[^&#\\s"'<>]+`, 'gi')

  function text (text: string): string {
    if (text.includes('@')) text = text.replace(userInfo, hideUserInfo)
    if (text.includes('%')) text = text.replace(encodedUserInfo, hideEncodedUserInfo)
    if (text.includes('=')) text = text.replace(parameter, `$1${redacted}`)
    if (text.includes('-----BEGIN')) text = text.replace(privateKey, redacted)
    if (text.includes('eyJ')) text = text.replace(tokenRun, hideToken)
    return text.includes(' ') ? text.replace(credentials, `$1 ${redacted}`) : text
  }

  function target (target: string): string {
    const at = target.indexOf('?')
    if (at !== -1) target = target.slice(0, at + 1) + hideParameters(target.slice(at + 1), names.query)
    if (target.includes('@')) target = target.replace(userInfo, hideUserInfo)
    return target.includes('%40') ? target.replace(encodedUserInfo, hideEncodedUserInfo) : target
  }

  function value (value: unknown): unknown {
    if (typeof value === 'string') return text(value)
    if (typeof value !== 'object' || value === null) return value
    // Raw headers are lists of alternating names and values.
    if (Array.isArray(value)) return value.map((item, i) => isSecret(value[i - 1]) ? redacted : scrubItem(item))
    if (isBuffer(value)) return `[${value.data.length} bytes]`
    const copy: Record<string, unknown> = {}
    for (const key of Object.keys(value)) {
      const item = (value as Record<string, unknown>)[key]
      copy[key] = item !== null && (isSecret(key) || secretKeys.has(key.toLowerCase())) ? redacted : scrubItem(item)
    }
    return copy
  }

  const scrubItem = value

  function isSecret (name: unknown): boolean {
    return typeof name === 'string' && names.headers.has(name.toLowerCase())
  }

  return { text, target, value }
}

/** A Buffer as JSON may contain a key. */
function isBuffer (value: object): value is { type: 'Buffer', data: unknown[] } {
  const { type, data } = value as { type?: unknown, data?: unknown }
  return type === 'Buffer' && Array.isArray(data)
}

/** Redacts a run from the beginning of a JSON Web Token in it. */
function hideToken (run: string): string {
  const at = run.includes('eyJ') ? run.search(tokenStart) : -1
  return at >= 0 && run.lastIndexOf('.', run.length - 2) > at ? run.slice(0, at) + redacted : run
}

function hideUserInfo (match: string, before: string): string {
  return endsAuthority(before) ? match : `://${redacted}@`
}

function hideEncodedUserInfo (match: string, before: string): string {
  return endsAuthority(decode(before)) ? match : `%3A%2F%2F${redacted}%40`
}

/** `http://host/@name` has no credentials in front of its @; `http://user:pa/ss@host` has. */
function endsAuthority (before: string): boolean {
  const authority = /^[^/?#]*/.exec(before)![0]
  return authority !== before && !authority.includes('@') && /^(?:[^:]*|\[.*\])(?::\d*)?$/.test(authority)
}

/** Redacts the values of secret parameters in a query. */
function hideParameters (query: string, secret: ReadonlySet<string>): string {
  let hidden = ''
  let start = 0
  while (start <= query.length) {
    let end = query.indexOf('&', start)
    if (end === -1) end = query.length
    // Search this pair only: searching to the end for each pair would be quadratic.
    const pair = query.slice(start, end)
    const equals = pair.indexOf('=')
    hidden += equals === -1 || !secret.has(decodeName(pair.slice(0, equals))) ? pair : pair.slice(0, equals + 1) + redacted
    if (end < query.length) hidden += '&'
    start = end + 1
  }
  return hidden
}

function decodeName (name: string): string {
  return (name.includes('%') ? decode(name) : name).toLowerCase()
}

function decode (text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function escapePattern (text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}
