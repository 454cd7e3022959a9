import type { BackendResponse, Body, Headers } from '@floodgate/core'
import { hasField, readResponseHeaders } from './hop-by-hop.ts'

/**
 * An answer whose headers are read when somebody asks for them: what is decoded has hardly a use for them. A copy made
 * with `{ ...response }` has none, so it is for those who know what they get.
 */
export class BareResponse implements BackendResponse {
  status: number
  body: Body = null
  readonly #raw: readonly string[]
  #headers: Headers | null = null

  constructor (status: number, raw: readonly string[]) {
    this.status = status
    this.#raw = raw
  }

  get headers (): Headers {
    this.#headers ??= readResponseHeaders(this.#raw)
    return this.#headers
  }

  /** Whether the body came encoded in any way. */
  get isEncoded (): boolean { return hasField(this.#raw, 'content-encoding') }
}
