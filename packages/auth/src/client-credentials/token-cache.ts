import type { Call, Fault } from '@floodgate/core'
import type { AccessToken, RequestToken } from './request-token.ts'

/** Gives the header of a request: at once where a token is there, else when there is one, or no longer than the call. */
export type GetAuthorization = (call: Call) => string | Promise<string>

export interface TokenCacheOptions {
  /** Is told when a token could not be renewed ahead of time. */
  onError (error: unknown): void
  /** ms, for tests of time. */
  now? (): number
}

/** As the reference's library: so long before its end a token counts as expired. */
const margin = 10_000
/** From so long before that on it is renewed while it is still used. */
const longestAhead = 30_000
const pauseAfterFailure = 5_000

/**
 * Keeps a token until it expires. One request for a token serves everybody who waits; a token that is about to expire is
 * renewed while requests still go out with it.
 */
export function createTokenCache (requestToken: RequestToken, { onError, now = performance.now.bind(performance) }: TokenCacheOptions): GetAuthorization {
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

/** Waits no longer than a call; what it waits for goes on. */
function within <T> (call: Call, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = (reason: Fault) => { reject(reason) }
    call.listen(end)
    promise.then(resolve, reject).finally(() => { call.unlisten(end) })
  })
}
