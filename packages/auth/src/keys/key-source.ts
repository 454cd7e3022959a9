import type { Key, KeyRing, KeyStrategy } from './key-ring.ts'

/** How the keys of a source are used in one place. */
export interface KeyPolicy {
  readonly strategy: KeyStrategy
  /** Whether keys that were fetched may be used again. */
  readonly cache: boolean
  /** For how long, in ms. */
  readonly maxAge: number
  /** How long an id that turned out unknown is not asked for again, in ms; 0 = no longer than the source's own limits say. */
  readonly cooldown: number
}

/** Where keys come from. */
export interface KeySource {
  /** The keys of an id, at once where they are there; empty = there are none. Never rejects. */
  find (id: string, policy: KeyPolicy): readonly Key[] | Promise<readonly Key[]>
}

/** Makes a source of keys that are there always: those that `ring` gives at the time. */
export function createFileSource (ring: () => KeyRing): KeySource {
  return { find: (id, { strategy }) => ring().find(id, strategy) }
}
