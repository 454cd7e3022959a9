/** The exact list of revoked values and when each entry ends. */
export interface Revocations {
  /** Revokes entries. False if there is no room for all of them; then none is revoked. */
  add (entries: readonly string[], now: number): boolean
  has (entry: string, now: number): boolean
  remove (entry: string): boolean
  readonly size: number
}

/** The same list when other workers have to confirm changes first. */
export interface SharedRevocations extends Pick<Revocations, 'has' | 'size'> {
  add (entries: readonly string[], now: number): boolean | Promise<boolean>
  remove (entry: string): boolean | Promise<boolean>
}

/** Ends of the entries in ms, sorted. */
export type Ends = Map<string, number>

/**
 * Creates the list of revoked values (`claim-value`). Entries end after `ttl` ms; `now` is in ms. An entry is never
 * dropped to make room for another.
 *
 * @param ends where the entries are kept
 */
export function createRevocations (ttl: number, capacity: number, ends: Ends = new Map()): Revocations {
  return {
    add (entries, now) {
      forget(ends, now)
      const fresh = new Set(entries.filter((entry) => !ends.has(entry)))
      if (ends.size + fresh.size > capacity) return false
      setEnd(ends, entries, now + ttl)
      return true
    },
    has: (entry, now) => holds(ends, entry, now),
    remove: (entry) => ends.delete(entry),
    get size () { return ends.size }
  }
}

/** Drops entries that have ended. */
export function forget (ends: Ends, now: number): void {
  for (const [entry, end] of ends) {
    if (end > now) return
    ends.delete(entry)
  }
}

/** Adds or moves entries behind all entries that end earlier. */
export function setEnd (ends: Ends, entries: readonly string[], end: number): void {
  for (const entry of entries) {
    ends.delete(entry)
    ends.set(entry, end)
  }
}

export function holds (ends: Ends, entry: string, now: number): boolean {
  const end = ends.get(entry)
  return end !== undefined && end > now
}
