import type { BackendResponse, CoreRequest, Headers } from '@floodgate/core'

/** One call of a backend while it is being modified. */
export interface MartianCall {
  readonly request: CoreRequest
  /** The request's headers, names in lower case: a copy that may be changed in place. */
  readonly headers: Headers
  /** Whether the backend is skipped, because a static file is the response. */
  isSkipped: boolean
}

/** Changes a request before it is sent. Throws a Fault if it cannot. */
export type ChangeRequest = (call: MartianCall) => void

/** Changes a response before its status is checked. Throws or rejects with a Fault if it cannot. */
export type ChangeResponse = (response: BackendResponse, call: MartianCall) => void | Promise<void>

/** A modifier's functions for each direction; null if it does nothing. */
export interface Modifier {
  readonly request: ChangeRequest | null
  readonly response: ChangeResponse | null
}

/** A condition of a filter, in both directions. */
export interface Condition {
  request (call: MartianCall): boolean
  response (response: BackendResponse, call: MartianCall): boolean
}

/** Runs one modifier if a condition holds, otherwise another one or none. */
export function filter (condition: Condition, then: Modifier, otherwise: Modifier | null = null): Modifier {
  return {
    request: then.request === null && !otherwise?.request
      ? null
      : (call) => { (condition.request(call) ? then : otherwise)?.request?.(call) },
    response: then.response === null && !otherwise?.response
      ? null
      : (response, call) => (condition.response(response, call) ? then : otherwise)?.response?.(response, call)
  }
}
