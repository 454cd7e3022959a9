import type { Fault } from '../faults/errors.ts'
import { JsonText } from './json-text.ts'
import type { StepResponse } from '../request/step.ts'
import type { Body, Headers } from '../request/message.ts'

type Data = Record<string, unknown>

/**
 * A decoded response. Until `data` is read, it is the text of the backend (`text`), which is sent to the client; after
 * that, the data is owned by the reader and the text is dropped. Use `peekData` to read without changing.
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

  /** @param bare a copy made with `{ ...response }` has no data: saves time if no copy is made */
  constructor (content: JsonText | Data | null, complete = true, fault: Fault | null = null, bare = false) {
    this.complete = complete
    this.fault = fault
    if (content instanceof JsonText) this.#text = content
    else this.#data = content
    // An own property is copied, unlike one of the class.
    if (!bare) Object.defineProperty(this, 'data', DecodedResponse.#accessor)
  }

  /** The document's text while it is untouched. */
  get text (): JsonText | null { return this.#text }

  /** The document for reading only: the text is still sent to the client. */
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

/**
 * Returns the decoded document for reading only; null if there is none. Reading `response.data` instead causes it to be
 * serialized again.
 */
export function peekData (response: StepResponse): Readonly<Data> | null {
  return response instanceof DecodedResponse ? response.peek() : response.data
}

/** Returns whether a response is a document that is not `null`, without parsing or touching it; others are raw. */
export function isDocument (response: StepResponse): boolean {
  if (!(response instanceof DecodedResponse)) return response.data !== null
  return response.text !== null || response.peek() !== null
}

/**
 * Returns whether a response has a document with at least one key, without parsing or touching it
 * (`X-Krakend-Completed`, `Cache-Control`).
 */
export function hasData (response: StepResponse): boolean {
  if (response instanceof DecodedResponse) return response.filled
  return response.data !== null && Object.keys(response.data).length > 0
}
