/**
 * Decides one limit, by key; independent of where the buckets are. Buckets of this process decide synchronously; those
 * in Redis or in another process return a promise.
 */
export interface Limiter {
  /** Takes a token from the key's bucket; false if it is empty. Never rejects. */
  take (key: string): boolean | Promise<boolean>
  /** Frees timers; shared connections stay open. */
  close (): void
}

/** Key of the only bucket of a limit on all requests. */
export const everybody = ''
