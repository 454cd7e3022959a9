import type { Key, KeyRing, KeyStrategy } from './key-ring.ts'

/** How one place uses the keys of a source. */
export interface KeyPolicy {
  readonly strategy: KeyStrategy
  /** Whether fetched keys are cached. */
  readonly cache: boolean
  /** How long they are cached, in ms. */
  readonly maxAge: number
  /** How long an unknown id is not fetched again, in ms; 0: only the source's own limits apply. */
  readonly cooldown: number
}

/** A source of keys. */
export interface KeySource {
  /** Returns the keys with an id, synchronously if they are in memory; empty if there are none. Never rejects. */
  find (id: string, policy: KeyPolicy): readonly Key[] | Promise<readonly Key[]>
}

/** Creates a source of keys that are always in memory: those that `ring` returns when called. */
export function createFileSource (ring: () => KeyRing): KeySource {
  return { find: (id, { strategy }) => ring().find(id, strategy) }
}
