import type { CreateService } from '@floodgate/core'
import { createKeyedLimiter, type KeyedLimiter, type LocalLimiterOptions } from '../ratelimit/local-limiter.ts'
import type { Rate } from '../ratelimit/rate.ts'

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
  const limits = new Map<string, { readonly limiter: KeyedLimiter, readonly workers: Set<number> }>()

  /** The replacement of a worker declares its limits again: the buckets stay. */
  function declare ([, name, rate, options]: Declaration, worker: number): void {
    const known = limits.get(name)
    if (known === undefined) limits.set(name, { limiter: createKeyedLimiter(rate, options), workers: new Set([worker]) })
    else known.workers.add(worker)
  }

  /** Reloads remove limits. The last worker that has one removes its buckets. */
  function withdraw ([, name]: Withdrawal, worker: number): void {
    const known = limits.get(name)
    if (known?.workers.delete(worker) !== true || known.workers.size > 0) return
    limits.delete(name)
    known.limiter.close()
  }

  return {
    call (message: Declaration | Withdrawal | Demand, from): Grant | null {
      if (message[0] !== 'take') {
        if (message[0] === 'limit') declare(message, from)
        else withdraw(message, from)
        return null
      }
      const [, name, key] = message
      const { limiter } = limits.get(name)!
      return limiter.take(key) ? 0 : limiter.wait(key)
    },
    close () { for (const { limiter } of limits.values()) limiter.close() }
  }
}
