import type { Call, Fault } from '@floodgate/core'
import type { AccessToken, RequestToken } from './request-token.ts'

/**
 * Returns the header of a request: synchronously if a token is cached, otherwise once one is received, waiting no
 * longer than the call.
 */
export type GetAuthorization = (call: Call) => string | Promise<string>

export interface TokenCacheOptions {
  /** Called when a token could not be renewed ahead of time. */
  onError (error: unknown): void
  /** Clock in ms; replaced in tests. */
  now? (): number
}

/** A token counts as expired this long before its end, as in the reference's library. */
const margin = 10_000
/** A token is renewed in the background from this long before it expires. */
const longestAhead = 30_000
const pauseAfterFailure = 5_000

/**
 * Keeps a token until it expires. Concurrent callers share one request for a token. A token that is about to expire is
 * renewed while requests still use it.
 */
export function createTokenCache (
  requestToken: RequestToken,
  { onError, now = performance.now.bind(performance) }: TokenCacheOptions
): GetAuthorization {
  let token: AccessToken | null = null
  let expires = 0
  let renews = 0
  let flight: Promise<string> | null = null

  function renew (): Promise<string> {
    const asked = now()
    flight ??= requestToken().then((fresh) => {
      token = fresh
      expires = asked + fresh.lifetime - margin
      renews = expires - Math.min(longestAhead, fresh.lifetime / 10)
      return fresh.authorization
    }).finally(() => { flight = null })
    return flight
  }

  return function getAuthorization (call) {
    const at = now()
    if (token !== null && at < expires) {
      if (at >= renews && flight === null) {
        renews = at + pauseAfterFailure
        renew().catch(onError)
      }
      return token.authorization
    }
    return within(call, renew())
  }
}

/** Waits no longer than a call lasts; the token request continues. */
function within <T> (call: Call, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = (reason: Fault) => { reject(reason) }
    call.listen(end)
    promise.then(resolve, reject).finally(() => { call.unlisten(end) })
  })
}
