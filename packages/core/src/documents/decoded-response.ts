import type { Fault } from '../faults/errors.ts'
import { JsonText } from './json-text.ts'
import type { StepResponse } from '../request/step.ts'
import type { Body, Headers } from '../request/message.ts'

type Data = Record<string, unknown>

/**
 * A decoded answer. As long as nobody asks for `data`, it is the text its backend sent (`text`), and that is what the
 * client gets; who asks owns the data, and the text is gone. To look without touching: `peekData`.
 *
 * `data` is null for a document that is `null`.
 */
export class DecodedResponse implements StepResponse {
  status = 200
  headers: Headers = {}
  body: Body = null
  declare data: Data | null
  complete: boolean
  fault: Fault | null
  #text: JsonText | null = null
  #data: Data | null = null

  static readonly #accessor: PropertyDescriptor & ThisType<DecodedResponse> = {
    enumerable: true,
    get () {
      if (this.#text !== null) {
        this.#data ??= this.#text.take()
        this.#text = null
      }
      return this.#data
    },
    set (data: Data | null) {
      this.#text = null
      this.#data = data
    }
  }

  static {
    Object.defineProperty(this.prototype, 'data', this.#accessor)
  }

  /** @param bare a copy made with `{ ...response }` has no data: saves time where nobody makes one */
  constructor (content: JsonText | Data | null, complete = true, fault: Fault | null = null, bare = false) {
    this.complete = complete
    this.fault = fault
    if (content instanceof JsonText) this.#text = content
    else this.#data = content
    // As an own property, unlike one of the class, it is copied too.
    if (!bare) Object.defineProperty(this, 'data', DecodedResponse.#accessor)
  }

  /** The document's text while it is untouched. */
  get text (): JsonText | null { return this.#text }

  /** The document for reading only: the text stays what the client gets. */
  peek (): Readonly<Data> | null {
    if (this.#text !== null) this.#data ??= this.#text.take()
    return this.#data
  }

  /** Whether the document has a key, without parsing anything. */
  get filled (): boolean {
    if (this.#text !== null) return !this.#text.isEmpty
    return this.#data !== null && Object.keys(this.#data).length > 0
  }
}

/** Gives the decoded document for reading only; null when there is none. Reading `response.data` instead costs writing it anew. */
export function peekData (response: StepResponse): Readonly<Data> | null {
  return response instanceof DecodedResponse ? response.peek() : response.data
}

/** Tells whether an answer has a document with at least one key, without parsing or touching it (`X-Krakend-Completed`, `Cache-Control`). */
export function hasData (response: StepResponse): boolean {
  if (response instanceof DecodedResponse) return response.filled
  return response.data !== null && Object.keys(response.data).length > 0
}
