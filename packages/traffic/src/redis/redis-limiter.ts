import type { Limiter } from '../ratelimit/limiter.ts'
import { shortKey } from '../ratelimit/local-limiter.ts'
import type { Rate } from '../ratelimit/rate.ts'
import type { Connection } from './connections.ts'

export interface RedisLimiterOptions {
  readonly rate: Rate
  /** Prefix of the buckets' keys. */
  readonly prefix: string
  /** Decision while Redis is unavailable. */
  readonly allow: boolean
}

/** Creates a limit whose buckets are in Redis, shared by every gateway that uses the same prefix. */
export function createRedisLimiter (connection: Connection, { rate, prefix, allow }: RedisLimiterOptions): Limiter {
  const interval = rate.interval * 1000
  // A bucket expires when it would be full again.
  const life = Math.ceil(Math.min(rate.interval * (rate.capacity + 2) + 1000, 1e15))
  return {
    take: (key) => connection.takeToken(prefix + shortKey(key), interval, rate.capacity, life).catch(() => allow),
    close () {}
  }
}
