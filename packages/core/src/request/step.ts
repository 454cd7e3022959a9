import type { CoreRequest } from './request.ts'
import type { Fault } from '../faults/errors.ts'
import type { Headers, Body } from './message.ts'

/** The result of one raw HTTP call: the last response, after redirects if they are followed. */
export interface BackendResponse {
  status: number
  headers: Headers
  /** A stream that is not read must be destroyed. */
  body: Body
}

/** One raw HTTP call to `request.origin` + `request.target`, with its redirects, before decoding. Rejects with a Fault. */
export type Exchange = (request: CoreRequest) => Promise<BackendResponse>

/**
 * The response of a step: either a raw response to pass on (`data` is null; status, headers and body are a backend's),
 * or a decoded document (`data`; headers are those that features set for the client, the body is null).
 */
export interface StepResponse extends BackendResponse {
  /**
   * The document, which may be changed in place or replaced. Decoded responses are `DecodedResponse`s: their data is
   * parsed on first access, and serialized again for the client after that; `peekData` is cheaper for reading, and
   * `hasData` for checking whether there is any. Numbers whose digits a double would change are marked strings:
   * `isMarkedNumber`, `literalOf`.
   */
  data: Record<string, unknown> | null
  /** Whether all parts arrived and none failed. */
  complete: boolean
  /** What failed in a partial answer. */
  fault: Fault | null
}

/** Serves one request: an endpoint's, or a backend's. Rejects with a Fault if there is no response at all. */
export interface Step {
  (request: CoreRequest): Promise<StepResponse>
  /** The same without a promise, if the step does not need one. Called by `askStep`. */
  readonly ask?: Ask<StepResponse>
}

/** Calls one of its two functions once, with a response or a Fault, synchronously or later; or throws instead. */
export type Ask<Answer> = (request: CoreRequest, resolve: (answer: Answer) => void, reject: (error: unknown) => void) => void

/** Wraps a step according to settings that are known at boot. If not configured, returns `next` itself. */
export type Wrap<Settings> = (settings: Settings, next: Step) => Step
