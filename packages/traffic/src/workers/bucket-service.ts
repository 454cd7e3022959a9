import type { CreateService } from '@floodgate/core'
import { createKeyedLimiter, type KeyedLimiter, type LocalLimiterOptions } from '../ratelimit/local-limiter.ts'
import type { Rate } from '../ratelimit/rate.ts'
import { Holdings } from './holdings.ts'

/** Returns what a limit is; each worker does, before it asks. */
export type Declaration = readonly [what: 'limit', name: string, rate: Rate, options: Pick<LocalLimiterOptions, 'idle' | 'cleanup'>]
/** The worker has no such limit any more. */
export type Withdrawal = readonly [what: 'end', name: string]
/** Requests a token of a key's bucket. */
export type Demand = readonly [what: 'take', name: string, key: string]
/** 0 if the token is granted; otherwise the time in ms until the next one. */
export type Grant = number

/** Creates the service that keeps the buckets of all workers in the primary. */
export const createBucketService: CreateService = () => {
  const limits = new Holdings<KeyedLimiter>({ onEnd (limiter) { limiter.close() } })

  return {
    call (message: Declaration | Withdrawal | Demand, from): Grant | null {
      if (message[0] === 'take') {
        const [, name, key] = message
        const limiter = limits.get(name)!
        return limiter.take(key) ? 0 : limiter.wait(key)
      }
      // The replacement of a worker declares its limits again: the buckets stay.
      if (message[0] === 'limit') limits.hold(message[1], from, () => createKeyedLimiter(message[2], message[3]))
      else limits.release(message[1], from)
      return null
    },
    gone (worker) { limits.gone(worker) },
    close () { limits.close() }
  }
}
