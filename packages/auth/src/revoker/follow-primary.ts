import { monotonicNow, type Workers } from '@floodgate/core'
import type { Change, Question } from './primary-service.ts'
import { forget, holds, setEnd, type Ends, type SharedRevocations } from './revocations.ts'
import { namespace } from './settings.ts'

/** Timeout for the primary, in ms: a change is confirmed once all workers have made it. */
const PATIENCE = 10_000

/** A worker's copy of the list in the primary. */
export interface FollowedRevocations extends SharedRevocations {
  /** Stops following. */
  stop (): void
}

/**
 * Copies the primary's list and applies its changes. Values revoked here are sent to the primary, which answers once
 * all workers have them. Resolves when the copy is complete.
 */
export async function followPrimary (workers: Workers): Promise<FollowedRevocations> {
  const ends: Ends = new Map()
  const ask = <Answer>(question: Question) => workers.call<Answer>(namespace, question, PATIENCE)
  // Subscribe first: a change that arrives before the list is either missing from it, or applied twice without harm.
  const unsubscribe = workers.subscribe(namespace, (change: Change) => {
    if (change[0] === 'add') {
      forget(ends, monotonicNow())
      setEnd(ends, change[2], change[3])
    } else {
      ends.delete(change[2])
    }
    ask(['heard', change[1]]).catch(() => {})
  })
  for (const [entry, end] of await ask<[string, number][]>(['list'])) setEnd(ends, [entry], end)
  return {
    add: (entries) => ask<boolean>(['add', [...entries]]),
    has: (entry, now) => holds(ends, entry, now),
    remove: (entry) => ask<boolean>(['remove', entry]),
    get size () { return ends.size },
    stop () {
      unsubscribe()
      ask(['leave']).catch(() => {})
    }
  }
}
