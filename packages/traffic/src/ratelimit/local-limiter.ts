import { createHash } from 'node:crypto'
import { ownText } from '@floodgate/core'
import type { Limiter } from './limiter.ts'
import type { Rate } from './rate.ts'
import { monotonic, TokenBucket, type Clock } from './token-bucket.ts'

/** Largest number of buckets: about 60 MB with the longest keys. */
const MOST_BUCKETS = 250_000
const LONGEST_KEY = 64

export interface LocalLimiterOptions {
  /** How long an idle bucket is kept, in ms. */
  readonly idle: number
  /** Interval at which idle buckets are removed, in ms. */
  readonly cleanup: number
  readonly clock?: Clock
  /** Largest number of buckets; beyond it the oldest is removed. Default 250,000. */
  readonly most?: number
}

/** A limit with many buckets. */
export interface KeyedLimiter extends Limiter {
  /** Current number of buckets. */
  readonly size: number
  take (key: string): boolean
  /** Returns the time until a key's bucket has a token, in ms. */
  wait (key: string): number
  /** Removes idle buckets. */
  sweep (): void
}

/** Creates the limit on all requests: one bucket in this process. */
export function createSingleLimiter (rate: Rate, clock: Clock = monotonic): Limiter {
  const bucket = new TokenBucket(rate, clock())
  return { take: () => bucket.take(clock()), close () {} }
}

/**
 * Creates a limit with a bucket for each key in this process. Idle buckets are removed regularly, and the oldest one if
 * there are too many; an idle bucket is not removed before it would be full again.
 */
export function createKeyedLimiter (
  rate: Rate,
  { idle, cleanup, clock = monotonic, most = MOST_BUCKETS }: LocalLimiterOptions
): KeyedLimiter {
  const buckets = new Map<string, Client>()
  const kept = Math.max(idle, rate.interval * rate.capacity)
  const timer = setInterval(sweep, cleanup)
  timer.unref()

  function sweep (): void {
    const limit = clock() - kept
    for (const [key, client] of buckets) if (client.asked < limit) buckets.delete(key)
  }

  return {
    take (name) {
      const now = clock()
      const key = shortKey(name)
      let client = buckets.get(key)
      if (client === undefined) {
        if (buckets.size >= most) buckets.delete(buckets.keys().next().value!)
        client = new Client(rate, now)
        buckets.set(ownText(key), client)
      }
      client.asked = now
      return client.take(now)
    },
    wait: (name) => buckets.get(shortKey(name))?.wait(clock()) ?? 0,
    get size () { return buckets.size },
    sweep,
    close () { clearInterval(timer) }
  }
}

class Client extends TokenBucket {
  asked = 0
}

/** Shortens keys, whose length clients control. */
export function shortKey (key: string): string {
  return key.length <= LONGEST_KEY ? key : createHash('sha256').update(key).digest('base64url')
}
