/**
 * Kind of a failure: `deadline` (timeout), `abort` (the client disconnected), `backend` (no usable response from a
 * backend), `refused` (the gateway refuses the request: a limit, a check), `request` (the client's request is invalid),
 * `foreign` (external code, an override or a feature, failed).
 */
export type FaultKind = 'deadline' | 'abort' | 'backend' | 'refused' | 'request' | 'foreign'

export interface FaultDetails {
  /** Status for the client in the compatible mode. Default 500. */
  status?: number
  /**
   * Complete response for the client (`return_error_code`): sent only if the router shows error texts, or `always`.
   * Without a type the response is empty even then.
   */
  answer?: { body: Buffer | string, contentType: string, always?: boolean }
  /** Full description for the log: may contain hosts and paths. Default: the public message. */
  detail?: string
  cause?: unknown
}

/**
 * Why a step has no response, or only a partial one. `message` is public: it may reach a client (`return_error_msg`)
 * and names no address; `detail` is for the log.
 */
export class Fault extends Error {
  override readonly name = 'Fault'
  readonly kind: FaultKind
  readonly code: string
  readonly status: number
  readonly answer: { body: Buffer | string, contentType: string, always?: boolean } | null
  readonly detail: string

  constructor (kind: FaultKind, code: string, message: string, { status = 500, answer, detail, cause }: FaultDetails = {}) {
    super(message, cause === undefined ? undefined : { cause })
    this.kind = kind
    this.code = code
    this.status = status
    this.answer = answer ?? null
    this.detail = detail ?? message
  }
}
