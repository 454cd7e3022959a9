import { decodeProtectedHeader } from 'jose'

/** The header of a token, as far as it matters here. */
export interface TokenHeader {
  readonly alg: string
  /** '' = none. */
  readonly kid: string
  readonly x5t: string | null
  readonly x5tS256: string | null
}

/** A token taken apart; nothing in it is verified. */
export interface Token {
  readonly header: TokenHeader
  /** Remembers the header of a token that turned out good: those of one issuer have few. */
  rememberHeader (): void
  /** What was signed. */
  readonly input: Buffer
  readonly signature: Buffer
  /** Parses the claims: only after the signature is verified. Null when they are no JSON object. */
  readClaims (): Record<string, unknown> | null
}

/** Reads a token in compact form; null for anything else. */
export type ReadToken = (text: string) => Token | null

/** Longer ones are refused unread. */
const maxLength = 64 * 1024
const maxHeaderLength = 16 * 1024
const maxRemembered = 256

const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]+$/

/** Creates a reader of signed tokens (RFC 7515, section 7.1). Headers with `crit` or without a text as `alg` are refused. */
export function createTokenReader (): ReadToken {
  const remembered = new Map<string, TokenHeader>()

  return function readToken (text) {
    if (text.length > maxLength || !COMPACT.test(text)) return null
    const first = text.indexOf('.')
    const second = text.indexOf('.', first + 1)
    const encoded = text.slice(0, first)
    const header = remembered.get(encoded) ?? readHeader(encoded)
    if (header === null) return null
    return {
      header,
      rememberHeader () {
        if (remembered.has(encoded)) return
        if (remembered.size >= maxRemembered) remembered.clear()
        remembered.set(encoded, header)
      },
      input: Buffer.from(text.slice(0, second), 'latin1'),
      signature: Buffer.from(text.slice(second + 1), 'base64url'),
      readClaims: () => readClaims(text.slice(first + 1, second))
    }
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
