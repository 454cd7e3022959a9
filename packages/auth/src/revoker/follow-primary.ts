import { monotonicNow, type Workers } from '@floodgate/core'
import type { Change, Question } from './primary-service.ts'
import { forget, holds, setEnd, type Ends, type SharedRevocations } from './revocations.ts'
import { namespace } from './settings.ts'

/** How long the primary may take, in ms: a change waits until all workers have carried it out. */
const PATIENCE = 10_000

/** A worker's copy of the primary's list. */
export interface FollowedRevocations extends SharedRevocations {
  /** Follows no longer. */
  stop (): void
}

/**
 * Copies the list that the primary keeps, and follows its changes; what is revoked here is told to the primary, which
 * answers when all workers have it. Resolves with a list that is complete.
 */
export async function followPrimary (workers: Workers): Promise<FollowedRevocations> {
  const ends: Ends = new Map()
  const ask = <Answer>(question: Question) => workers.call<Answer>(namespace, question, PATIENCE)
  // First: what is told from now on is not in the list that is asked for then, or does no harm.
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
