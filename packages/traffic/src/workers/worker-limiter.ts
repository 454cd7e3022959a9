import { ownText, type Workers } from '@floodgate/core'
import type { Limiter } from '../ratelimit/limiter.ts'
import { shortKey, type LocalLimiterOptions } from '../ratelimit/local-limiter.ts'
import type { Rate } from '../ratelimit/rate.ts'
import type { Declaration, Demand, Grant } from './bucket-service.ts'

/** Keys that are known to have nothing, at most; beyond it all are asked for again. */
const MOST_EMPTY = 10_000

/** How long a request waits for the primary's word, in ms: then it is refused. */
const PATIENCE = 1_000

export interface WorkerLimiterOptions extends Pick<LocalLimiterOptions, 'idle' | 'cleanup'> {
  readonly workers: Workers
  /** Topic of the service in the primary. */
  readonly topic: string
  /** The same in every worker, and of no other limit. */
  readonly name: string
  readonly rate: Rate
}

/**
 * Creates a limit whose buckets are in the primary, shared by its workers. Each token is asked for, so that all workers
 * together are as exact as one process; but a bucket known to be empty is not asked until it may have a token again:
 * what is refused, which may be far more than the limit, costs nothing.
 */
export function createWorkerLimiter ({ workers, topic, name, rate, idle, cleanup }: WorkerLimiterOptions): Limiter {
  const emptyUntil = new Map<string, number>()
  const declaration: Declaration = ['limit', name, rate, { idle, cleanup }]
  workers.call(topic, declaration).catch(() => {})

  async function ask (key: string): Promise<boolean> {
    const demand: Demand = ['take', name, key]
    const wait = await workers.call<Grant>(topic, demand, PATIENCE)
    if (wait === 0) return true
    if (emptyUntil.size >= MOST_EMPTY) emptyUntil.clear()
    emptyUntil.set(ownText(key), performance.now() + wait)
    return false
  }

  return {
    take (long) {
      const key = shortKey(long)
      const until = emptyUntil.get(key)
      if (until !== undefined) {
        if (performance.now() < until) return false
        emptyUntil.delete(key)
      }
      // Without its primary a worker ends; one that hangs gives no token.
      return ask(key).catch(() => false)
    },
    close () {}
  }
}
