import type { CoreRequest } from './request.ts'
import type { Fault } from '../faults/errors.ts'
import type { Headers, Body } from './message.ts'

/** What one raw HTTP call brought: the last answer, redirects followed where they are. */
export interface BackendResponse {
  status: number
  headers: Headers
  /** A stream that nobody reads must be destroyed. */
  body: Body
}

/** One raw HTTP call to `request.origin` + `request.target`, with its redirects, before decoding. Rejects with a Fault. */
export type Exchange = (request: CoreRequest) => Promise<BackendResponse>

/**
 * What a step answers: either a raw answer to be passed on (`data` is null; status, headers and body are a backend's), or a decoded
 * document (`data`; headers are what features want the client to get, the body is null).
 */
export interface StepResponse extends BackendResponse {
  /**
   * The document, yours to change in place or to replace. Decoded answers are `DecodedResponse`s: their data is parsed
   * when it is first asked for, and from then on written anew for the client; only to look at it, `peekData` is
   * cheaper, and to ask whether there is any, `hasData`. Numbers whose digits a double would change are marked texts:
   * `isMarkedNumber`, `literalOf`.
   */
  data: Record<string, unknown> | null
  /** Whether all parts came and none failed. */
  complete: boolean
  /** What failed in a partial answer. */
  fault: Fault | null
}

/** Serves one request: an endpoint's, or a backend's. Rejects with a Fault when there is no answer at all. */
export interface Step {
  (request: CoreRequest): Promise<StepResponse>
  /** The same without a promise, where the step has no need for one. Called by `askStep`. */
  readonly ask?: Ask<StepResponse>
}

/** Calls one of its two functions once, with an answer or a Fault, at once or later; or throws instead. */
export type Ask<Answer> = (request: CoreRequest, resolve: (answer: Answer) => void, reject: (error: unknown) => void) => void

/** Puts something around a step, by settings known at boot. Not configured: returns `next` itself. */
export type Wrap<Settings> = (settings: Settings, next: Step) => Step
