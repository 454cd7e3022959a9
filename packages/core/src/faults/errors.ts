/**
 * What kind of thing went wrong: `deadline` (no answer in time), `abort` (the client went away), `backend` (no usable
 * answer from a backend), `refused` (the gateway itself says no: a limit, a check), `request` (the client's request
 * cannot be served as it is), `foreign` (code of the host's, an override or a feature, failed).
 */
export type FaultKind = 'deadline' | 'abort' | 'backend' | 'refused' | 'request' | 'foreign'

export interface FaultDetails {
  /** Status for the client in the compatible mode. Default 500. */
  status?: number
  /**
   * Whole answer for the client (`return_error_code`): sent only where the router shows error texts, or `always`. Without
   * a type the answer is empty even there.
   */
  answer?: { body: Buffer | string, contentType: string, always?: boolean }
  /** What happened in full, for the log: may name hosts and paths. Default: the public text. */
  detail?: string
  cause?: unknown
}

/**
 * Why a step has no answer, or only a part of one. `message` is public: it may reach a client (`return_error_msg`)
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
