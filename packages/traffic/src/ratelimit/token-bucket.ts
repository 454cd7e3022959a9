import type { Rate } from './rate.ts'

/** Tells the time in ms, from any zero, never backwards. */
export type Clock = () => number

/** Clock of this process. */
export const monotonic: Clock = () => performance.now()

/**
 * The reference's token bucket (krakend-ratelimit, tokenbucket.go): it is filled only when it is found empty, with the
 * tokens of the time since the last filling. When these are more than it holds, the request that found it empty is let
 * through for free: after a long rest 2 × capacity + 1 requests pass at once.
 */
export class TokenBucket {
  readonly #rate: Rate
  #tokens: number
  #filled: number

  /** @param now the clock's time: the bucket is born full */
  constructor (rate: Rate, now: number) {
    this.#rate = rate
    this.#tokens = rate.capacity
    this.#filled = now
  }

  /** How long there will be no token, in ms; 0 when there is one. */
  wait (now: number): number {
    return this.#tokens > 0 ? 0 : Math.max(0, this.#filled + this.#rate.interval - now)
  }

  /** Takes a token; false when there is none. */
  take (now: number): boolean {
    if (this.#tokens > 0) {
      this.#tokens--
      return true
    }
    const { interval, capacity } = this.#rate
    const added = Math.floor((now - this.#filled) / interval)
    if (added < 1) return false
    this.#filled += added * interval
    this.#tokens = added > capacity ? capacity : added - 1
    return true
  }
}
