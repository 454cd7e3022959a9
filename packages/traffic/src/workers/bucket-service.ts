import type { CreateService } from '@floodgate/core'
import { createKeyedLimiter, type KeyedLimiter, type LocalLimiterOptions } from '../ratelimit/local-limiter.ts'
import type { Rate } from '../ratelimit/rate.ts'

/** Returns what a limit is; each worker does, before it asks. */
export type Declaration = readonly [what: 'limit', name: string, rate: Rate, options: Pick<LocalLimiterOptions, 'idle' | 'cleanup'>]
/** Requests a token of a key's bucket. */
export type Demand = readonly [what: 'take', name: string, key: string]
/** 0 if the token is granted; otherwise the time in ms until the next one. */
export type Grant = number

/** Creates the service that keeps the buckets of all workers in the primary. */
export const createBucketService: CreateService = () => {
  const limits = new Map<string, { limiter: KeyedLimiter, declared: string }>()

  function declare ([, name, rate, options]: Declaration): void {
    const declared = JSON.stringify([rate, options])
    const known = limits.get(name)
    // The replacement of a worker declares the limit again: the buckets stay.
    if (known?.declared === declared) return
    known?.limiter.close()
    limits.set(name, { limiter: createKeyedLimiter(rate, options), declared })
  }

  return {
    call (message: Declaration | Demand): Grant | null {
      if (message[0] === 'limit') {
        declare(message)
        return null
      }
      const [, name, key] = message
      const { limiter } = limits.get(name)!
      return limiter.take(key) ? 0 : limiter.wait(key)
    },
    close () { for (const { limiter } of limits.values()) limiter.close() }
  }
}
