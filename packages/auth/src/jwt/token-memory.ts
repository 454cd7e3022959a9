import { ownText, type Claims } from '@floodgate/core'
import type { Key } from '../keys/key-ring.ts'
import type { TokenHeader } from './token.ts'

/** A token whose signature was verified, and with which key. Nothing is said of its dates and its meaning. */
export interface VerifiedToken {
  readonly header: TokenHeader
  readonly key: Key
  /** Frozen through and through: the same for every request that brings the token. */
  readonly claims: Claims
}

/** Remembers tokens whose signature was verified: clients send the same one many times. */
export interface TokenMemory {
  find (text: string): VerifiedToken | undefined
  keep (text: string, token: VerifiedToken): void
}

/** Longer ones are verified each time. */
const maxLength = 4096

/**
 * Creates a memory of so many tokens, of those used last. A token is found by its whole text, signature included; only
 * the holder of a key can have one kept.
 */
export function createTokenMemory (capacity = 4000): TokenMemory {
  let recent = new Map<string, VerifiedToken>()
  let older = new Map<string, VerifiedToken>()

  function keep (text: string, token: VerifiedToken): void {
    if (text.length > maxLength) return
    // It may be a part of a long header of cookies.
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

/** Freezes claims with all that is in them. */
export function freezeClaims (claims: Record<string, unknown>): Claims {
  const open: object[] = [claims]
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    Object.freeze(value)
    for (const item of Object.values(value)) if (typeof item === 'object' && item !== null) open.push(item)
  }
  return claims
}
