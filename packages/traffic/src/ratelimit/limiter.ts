/**
 * Decides one limit, by key: the seam between limits and where their buckets are. Buckets of this process decide at
 * once; those in Redis, or in another process, promise to.
 */
export interface Limiter {
  /** Takes a token of the key's bucket; false when there is none. Never rejects. */
  take (key: string): boolean | Promise<boolean>
  /** Frees timers; shared connections stay open. */
  close (): void
}

/** Key of the one bucket that a limit on all requests has. */
export const everybody = ''
