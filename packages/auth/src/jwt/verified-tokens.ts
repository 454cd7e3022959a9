import { ownText, type Claims } from '@floodgate/core'
import type { Key } from '../keys/key-ring.ts'
import type { TokenHeader } from './token.ts'

/** A token whose signature was verified, and the key used. Its dates and other claims have not been checked. */
export interface VerifiedToken {
  readonly header: TokenHeader
  readonly key: Key
  /** Deeply frozen: shared by every request that carries the token. */
  readonly claims: Claims
}

/** Caches tokens whose signature was verified, because clients send the same token many times. */
export interface VerifiedTokens {
  find (text: string): VerifiedToken | undefined
  keep (text: string, token: VerifiedToken): void
}

/** Longer tokens are not cached. */
const maxLength = 4096

/**
 * Creates a least-recently-used cache of tokens. The key is the whole token, signature included, so only tokens with a
 * valid signature take room.
 */
export function createVerifiedTokens (capacity = 4000): VerifiedTokens {
  let recent = new Map<string, VerifiedToken>()
  let older = new Map<string, VerifiedToken>()

  function keep (text: string, token: VerifiedToken): void {
    if (text.length > maxLength) return
    // The token may be a slice of a long Cookie header, which it would keep in memory.
    const own = ownText(text)
    if (recent.size >= capacity / 2) {
      older = recent
      recent = new Map()
    }
    recent.set(own, token)
  }

  return {
    keep,
    find (text) {
      const token = recent.get(text)
      if (token !== undefined) return token
      const old = older.get(text)
      if (old !== undefined) keep(text, old)
      return old
    }
  }
}

/** Freezes claims deeply. */
export function freezeClaims (claims: Record<string, unknown>): Claims {
  const open: object[] = [claims]
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    Object.freeze(value)
    for (const item of Object.values(value)) if (typeof item === 'object' && item !== null) open.push(item)
  }
  return claims
}
