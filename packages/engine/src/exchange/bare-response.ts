import type { BackendResponse, Body, Headers } from '@floodgate/core'
import { hasField, readResponseHeaders } from './hop-by-hop.ts'

/**
 * A response whose headers are parsed on demand, because decoded responses rarely need them. A copy made with `{
 * ...response }` has no headers, so it is only for code that knows this.
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

  /** Whether the body has any content encoding. */
  get isEncoded (): boolean { return hasField(this.#raw, 'content-encoding') }
}
