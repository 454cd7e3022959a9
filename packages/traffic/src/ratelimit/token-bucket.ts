import type { Rate } from './rate.ts'

/** Returns monotonic time in ms, from an arbitrary origin. */
export type Clock = () => number

/** Clock of this process. */
export const monotonic: Clock = () => performance.now()

/**
 * The reference's token bucket (krakend-ratelimit, tokenbucket.go): it is refilled only when it is found empty, with
 * the tokens of the time since the last refill. If these exceed the capacity, the request that found it empty passes
 * without a token: after a long idle time 2 × capacity + 1 requests pass at once.
 */
export class TokenBucket {
  readonly #rate: Rate
  #tokens: number
  #filled: number

  /** @param now the clock's time; a new bucket is full */
  constructor (rate: Rate, now: number) {
    this.#rate = rate
    this.#tokens = rate.capacity
    this.#filled = now
  }

  /** Returns the time until the next token, in ms; 0 if there is one. */
  wait (now: number): number {
    return this.#tokens > 0 ? 0 : Math.max(0, this.#filled + this.#rate.interval - now)
  }

  /** Takes a token; false if there is none. */
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
