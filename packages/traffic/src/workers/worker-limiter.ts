import { ownText, type Workers } from '@floodgate/core'
import type { Limiter } from '../ratelimit/limiter.ts'
import { shortKey, type LocalLimiterOptions } from '../ratelimit/local-limiter.ts'
import type { Rate } from '../ratelimit/rate.ts'
import type { Declaration, Demand, Grant, Withdrawal } from './bucket-service.ts'

/** Largest number of keys known to have no token; beyond it, all are forgotten. */
const MOST_EMPTY = 10_000

export interface WorkerLimiterOptions extends Pick<LocalLimiterOptions, 'idle' | 'cleanup'> {
  readonly workers: Workers
  /** Topic of the service in the primary. */
  readonly topic: string
  /** Unique among the limits of a configuration, and the same in every worker. */
  readonly name: string
  readonly rate: Rate
}

/**
 * Creates a limit whose buckets are in the primary, shared by its workers. Each token is requested from the primary, so
 * that all workers together are as exact as one process. A bucket known to be empty is not asked until it may have a
 * token again, so that refused requests, which may far exceed the limit, cost nothing.
 */
export function createWorkerLimiter ({ workers, topic, name: place, rate, idle, cleanup }: WorkerLimiterOptions): Limiter {
  const emptyUntil = new Map<string, number>()
  // During a reload one limit may have two rates.
  const name = `${place} ${JSON.stringify([rate, idle, cleanup])}`
  const declaration: Declaration = ['limit', name, rate, { idle, cleanup }]
  workers.call(topic, declaration).catch(() => {})

  async function ask (key: string): Promise<boolean> {
    const demand: Demand = ['take', name, key]
    // A primary that reads a large configuration answers late.
    const wait = await workers.call<Grant>(topic, demand)
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
      // A worker ends without its primary; a primary that hangs for the bus's timeout grants no token.
      return ask(key).catch(() => false)
    },
    close () { workers.call(topic, ['end', name] satisfies Withdrawal).catch(() => {}) }
  }
}
