import { createHash, createHmac, randomBytes } from 'node:crypto'
import { fnv128 } from './fnv128.ts'
import type { ApiKeysSettings } from './settings.ts'

/** Who holds a key. */
export interface Holder {
  readonly roles: readonly string[]
  /** Stands for the key where something is kept per key. Holds no secret. */
  readonly id: number
}

/** Finds the holder of a key; null = nobody's. */
export type FindHolder = (key: string) => Holder | null

/** Longer ones are nobody's. */
const longestKey = 4096
const digits = { sha256: 64, sha1: 40, fnv128: 32 }

/**
 * Creates the index of keys. What is compared are keyed hashes, with a key of this process: how long a look-up takes
 * says nothing about the keys that are known.
 */
export function createKeyIndex ({ keys, hash = 'plain', salt = '' }: ApiKeysSettings): FindHolder {
  const processKey = randomBytes(32)
  const seal = (text: string) => createHmac('sha256', processKey).update(text).digest('base64')
  const write = createHashing(hash, salt)
  const holders = new Map(keys.map(({ key, roles = [] }, id) => [seal(hash === 'plain' ? key : key.toLowerCase()), { roles, id }]))
  return (key) => key.length > longestKey ? null : holders.get(seal(write(key))) ?? null
}

/** Finds keys that cannot be meant: positions, and what is wrong there. */
export function judgeKeys ({ keys, hash = 'plain' }: ApiKeysSettings): { readonly index: number, readonly message: string }[] {
  const length = digits[hash as keyof typeof digits]
  const seen = new Set<string>()
  return keys.flatMap(({ key }, index) => {
    if (length !== undefined && (key.length !== length || /[^\da-f]/i.test(key))) return [{ index, message: `is no ${hash} hash: write its ${length} hexadecimal digits` }]
    if (seen.has(key)) return [{ index, message: 'stands in the list already' }]
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
