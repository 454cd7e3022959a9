import { describeKind, type Headers, type StepResponse } from '@floodgate/core'
import { readAnswer } from '../../body-generator/read-answer.ts'
import { ReadableBody, takeBody } from './body.ts'
import { takeHeaders } from './edited.ts'
import { unreadableAnswer } from '../errors.ts'
import { readNumbers } from './exact-numbers.ts'
import type { ScriptHeaders, ScriptResponse } from '../types.ts'

/** What describes the bytes of a body, and is not true of another one. */
const ofItsBody = ['content-length', 'content-encoding', 'transfer-encoding', 'etag', 'content-md5', 'digest', 'accept-ranges'] as const

/** A response as a script sees it. What it edits is a copy until `apply`, but for its document. */
export class Response extends ReadableBody implements ScriptResponse {
  readonly #response: StepResponse
  #headers: ScriptHeaders | null = null
  #isRead = false
  #restoreDigits: (() => void) | null = null

  constructor (response: StepResponse) {
    super()
    this.#response = response
  }

  get status (): number { return this.#response.status }
  set status (status: number) {
    if (!Number.isInteger(status) || status < 200 || status > 999) throw new TypeError(`the status of a response must be a number from 200 to 999, not ${String(status)}`)
    this.#response.status = status
  }

  get complete (): boolean { return this.#response.complete }
  set complete (complete: boolean) { this.#response.complete = complete === true }

  get headers (): ScriptHeaders {
    this.#headers ??= { ...this.#response.headers }
    return this.#headers
  }

  set headers (headers: ScriptHeaders) { this.#headers = headers }

  get data (): Record<string, any> | null {
    const { data } = this.#response
    if (!this.#isRead && data !== null) {
      this.#isRead = true
      this.#restoreDigits = readNumbers(data)
    }
    return data
  }

  set data (data: Record<string, any> | null) {
    if (typeof data !== 'object' || data === null || Array.isArray(data)) {
      throw new TypeError(`the data of a response must be an object, not ${describeKind(data)}: lists go under a key, such as "collection"`)
    }
    // Parts of the old document may be in the new one: its numbers have been read if it was.
    this.#isRead = true
    this.#response.data = data
  }

  async bytes (): Promise<Buffer> {
    const response = this.#response
    if (response.body === null) return Buffer.alloc(0)
    const isCoded = response.headers['content-encoding'] !== undefined
    const bytes = await readAnswer(response, unreadableAnswer)
    if (isCoded) this.#replace(bytes)
    else response.body = bytes
    return bytes
  }

  setBody (body: string | Uint8Array | null, contentType?: string): void {
    const { body: before, data } = this.#response
    if (data !== null) throw new TypeError('setBody: a decoded response has "data"; only with the encoding "no-op" it has a body')
    const written = takeBody(body)
    if (before !== null && !Buffer.isBuffer(before)) before.destroy()
    this.#replace(written)
    if (contentType !== undefined) this.headers['content-type'] = contentType
  }

  #replace (body: Buffer | null): void {
    const headers: Headers = { ...this.#response.headers }
    for (const name of ofItsBody) {
      delete headers[name]
      if (this.#headers !== null) delete this.#headers[name]
    }
    const length = String(body?.length ?? 0)
    headers['content-length'] = length
    if (this.#headers !== null) this.#headers['content-length'] = length
    this.#response.headers = headers
    this.#response.body = body
  }

  /** Hands what was edited to the response. @throws {Error} a header field cannot be sent */
  apply (): void {
    this.#restoreDigits?.()
    if (this.#headers !== null) this.#response.headers = takeHeaders(this.#headers, this.#response.headers)
  }
}
