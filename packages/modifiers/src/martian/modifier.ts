import type { BackendResponse, CoreRequest, Headers } from '@floodgate/core'

/** One call of a backend while it is changed. */
export interface MartianCall {
  readonly request: CoreRequest
  /** The request's headers, names in lower case: its own copy, to be changed in place. */
  readonly headers: Headers
  /** Whether the backend is not called: a static file is the answer. */
  isSkipped: boolean
}

/** Changes a request before it is sent. Throws a Fault where it cannot. */
export type ChangeRequest = (call: MartianCall) => void

/** Changes an answer before its status is looked at. Throws or rejects with a Fault where it cannot. */
export type ChangeResponse = (response: BackendResponse, call: MartianCall) => void | Promise<void>

/** What a modifier does in each direction; null = nothing. */
export interface Modifier {
  readonly request: ChangeRequest | null
  readonly response: ChangeResponse | null
}

/** A condition of a filter, in both directions. */
export interface Condition {
  request (call: MartianCall): boolean
  response (response: BackendResponse, call: MartianCall): boolean
}

/** Lets one modifier run where a condition holds, another one, or none, where it does not. */
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
