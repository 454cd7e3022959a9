import { createHash, createHmac, randomBytes } from 'node:crypto'
import { fnv128 } from './fnv128.ts'
import type { ApiKeysSettings } from './settings.ts'

/** The holder of a key. */
export interface Holder {
  readonly roles: readonly string[]
  /** Identifies the key in per-key state. It is not secret. */
  readonly id: number
}

/** Finds the holder of a key; null if the key is unknown. */
export type FindHolder = (key: string) => Holder | null

/** Longer keys are unknown. */
const longestKey = 4096
const digits = { sha256: 64, sha1: 40, fnv128: 32 }

/**
 * Creates the index of keys. It compares hashes that are keyed with a random key of this process, so that the duration
 * of a look-up reveals nothing about the known keys.
 */
export function createKeyIndex ({ keys, hash = 'plain', salt = '' }: ApiKeysSettings): FindHolder {
  const processKey = randomBytes(32)
  const seal = (text: string) => createHmac('sha256', processKey).update(text).digest('base64')
  const write = createHashing(hash, salt)
  const holders = new Map(keys.map(({ key, roles = [] }, id) => [seal(hash === 'plain' ? key : key.toLowerCase()), { roles, id }]))
  return (key) => key.length > longestKey ? null : holders.get(seal(write(key))) ?? null
}

/** Finds invalid and duplicate keys: their positions and what is wrong there. */
export function checkKeys ({ keys, hash = 'plain' }: ApiKeysSettings): { readonly index: number, readonly message: string }[] {
  const length = digits[hash as keyof typeof digits]
  const seen = new Set<string>()
  return keys.flatMap(({ key }, index) => {
    if (length !== undefined && (key.length !== length || /[^\da-f]/i.test(key))) {
      return [{ index, message: `is not a ${hash} hash: write its ${length} hexadecimal digits` }]
    }
    if (seen.has(key)) return [{ index, message: 'is a duplicate of an earlier key: remove it' }]
    seen.add(key)
    return []
  })
}

function createHashing (hash: string, salt: string): (key: string) => string {
  switch (hash) {
    case 'plain': return (key) => key
    case 'fnv128': return (key) => fnv128(salt + key)
    default: return (key) => createHash(hash).update(salt + key).digest('hex')
  }
}
