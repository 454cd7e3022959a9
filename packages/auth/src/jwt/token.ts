import { decodeProtectedHeader } from 'jose/decode/protected_header'

/** The header fields of a token that are used here. */
export interface TokenHeader {
  readonly alg: string
  /** '' if absent. */
  readonly kid: string
  readonly x5t: string | null
  readonly x5tS256: string | null
}

/** A parsed token; nothing in it has been verified. */
export interface Token {
  readonly header: TokenHeader
  /** The signed part: header and payload. */
  readonly input: Buffer
  readonly signature: Buffer
  /** Parses the claims; call it only after the signature was verified. Null if they are not a JSON object. */
  readClaims (): Record<string, unknown> | null
}

/** Longer tokens are refused without being parsed. */
const maxLength = 64 * 1024
const maxHeaderLength = 16 * 1024

// The reference accepts a padded signature.
const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]+=*$/

/**
 * Reads a signed token in compact form (RFC 7515, section 7.1). Null for anything else, and for headers with `crit` or
 * with an `alg` that is not a string.
 */
export function readToken (text: string): Token | null {
  if (text.length > maxLength || !COMPACT.test(text)) return null
  const first = text.indexOf('.')
  const second = text.indexOf('.', first + 1)
  const header = readHeader(text.slice(0, first))
  if (header === null) return null
  return {
    header,
    input: Buffer.from(text.slice(0, second), 'latin1'),
    signature: Buffer.from(text.slice(second + 1), 'base64url'),
    readClaims: () => readClaims(text.slice(first + 1, second))
  }
}

function readHeader (encoded: string): TokenHeader | null {
  if (encoded.length > maxHeaderLength) return null
  try {
    const header = decodeProtectedHeader({ protected: encoded }) as Record<string, unknown>
    const { alg, kid = '', x5t = null, 'x5t#S256': x5tS256 = null, crit } = header
    if (crit !== undefined || typeof alg !== 'string' || typeof kid !== 'string') return null
    return { alg, kid, x5t: textOrNull(x5t), x5tS256: textOrNull(x5tS256) }
  } catch {
    return null
  }
}

function textOrNull (value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

function readClaims (encoded: string): Record<string, unknown> | null {
  try {
    const claims: unknown = JSON.parse(Buffer.from(encoded, 'base64url').toString())
    return typeof claims === 'object' && claims !== null && !Array.isArray(claims) ? claims as Record<string, unknown> : null
  } catch {
    return null
  }
}
