import { createHash } from 'node:crypto'
import { ownText } from '@floodgate/core'
import type { Limiter } from './limiter.ts'
import type { Rate } from './rate.ts'
import { monotonic, TokenBucket, type Clock } from './token-bucket.ts'

/** Buckets kept at once: about 60 MB with keys of the longest kind. */
const MOST_BUCKETS = 250_000
const LONGEST_KEY = 64

export interface LocalLimiterOptions {
  /** How long a bucket that nobody asks for is kept, in ms. */
  readonly idle: number
  /** How often idle buckets are thrown away, in ms. */
  readonly cleanup: number
  readonly clock?: Clock
  /** Buckets kept at once; beyond it the oldest goes. Default 250,000. */
  readonly most?: number
}

/** A limit with many buckets. */
export interface KeyedLimiter extends Limiter {
  /** Buckets kept now. */
  readonly size: number
  take (key: string): boolean
  /** How long a key's bucket will have no token, in ms. */
  wait (key: string): number
  /** Throws idle buckets away. */
  sweep (): void
}

/** Creates the limit on all requests: one bucket in this process. */
export function createSingleLimiter (rate: Rate, clock: Clock = monotonic): Limiter {
  const bucket = new TokenBucket(rate, clock())
  return { take: () => bucket.take(clock()), close () {} }
}

/**
 * Creates a limit with a bucket for each key in this process. Idle buckets are thrown away in turn, and the oldest when
 * there are too many; a bucket is never thrown away before it would be full again.
 */
export function createKeyedLimiter (rate: Rate, { idle, cleanup, clock = monotonic, most = MOST_BUCKETS }: LocalLimiterOptions): KeyedLimiter {
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

/** Shortens keys that clients can make as long as they like. */
export function shortKey (key: string): string {
  return key.length <= LONGEST_KEY ? key : createHash('sha256').update(key).digest('base64url')
}
