/** What was revoked, exactly, and until when. */
export interface Revocations {
  /** Revokes entries; false = there is no room for all of them, and none was. */
  add (entries: readonly string[], now: number): boolean
  has (entry: string, now: number): boolean
  remove (entry: string): boolean
  readonly size: number
}

/** When entries end, in ms, in that order. */
export type Ends = Map<string, number>

/**
 * Creates the list of what was revoked: `claim-value`. Entries end after `ttl` ms; `now` is in ms. It never forgets an
 * entry to make room for another.
 *
 * @param ends where the entries are kept
 */
export function createRevocations (ttl: number, capacity: number, ends: Ends = new Map()): Revocations {
  function forget (now: number): void {
    for (const [entry, end] of ends) {
      if (end > now) return
      ends.delete(entry)
    }
  }

  return {
    add (entries, now) {
      forget(now)
      const fresh = new Set(entries.filter((entry) => !ends.has(entry)))
      if (ends.size + fresh.size > capacity) return false
      for (const entry of entries) {
        ends.delete(entry)
        ends.set(entry, now + ttl)
      }
      return true
    },
    has (entry, now) {
      const end = ends.get(entry)
      return end !== undefined && end > now
    },
    remove: (entry) => ends.delete(entry),
    get size () { return ends.size }
  }
}
