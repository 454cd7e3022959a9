import type { FastifyRequest } from 'fastify'
import { headerLines, holdEarly, pathOf, replaceHeader, type CoreRequest } from '@floodgate/core'
import { encodeQuery, readQuery } from '@floodgate/go/url'
import { brokenBodyFault } from '../../errors.ts'
import { ReadableBody } from './body.ts'
import { copyQuery, takeHeaders, takeParams, takeQuery } from './edited.ts'
import type { IncomingScriptRequest, ScriptHeaders } from '../types.ts'

/** A client's request before its headers and query are filtered, as a script sees it. What it edits is a copy until `apply`. */
export class IncomingRequest extends ReadableBody implements IncomingScriptRequest {
  readonly #request: FastifyRequest
  readonly #limit: number
  readonly #timeout: number
  #headers: ScriptHeaders | null = null
  #params: Record<string, string> | null = null
  #query: Record<string, string[]> | null = null

  /**
   * @param limit most bytes of the body to hold
   * @param timeout ms that the body may take
   */
  constructor (request: FastifyRequest, limit: number, timeout: number) {
    super()
    this.#request = request
    this.#limit = limit
    this.#timeout = timeout
  }

  get method (): string { return this.#request.method }

  get url (): string { return this.#request.raw.url! }

  get path (): string { return pathOf({ target: this.url, incoming: this.#request } as CoreRequest) }

  get headers (): ScriptHeaders {
    this.#headers ??= { ...headerLines(this.#request) }
    return this.#headers
  }

  set headers (headers: ScriptHeaders) { this.#headers = headers }

  get params (): Record<string, string> {
    this.#params ??= { ...this.#request.params as Record<string, string> }
    return this.#params
  }

  set params (params: Record<string, string>) { this.#params = params }

  get query (): Record<string, string[]> {
    if (this.#query === null) {
      const at = this.url.indexOf('?')
      this.#query = copyQuery(at < 0 ? null : readQuery(this.url, at + 1))
    }
    return this.#query
  }

  set query (query: Record<string, string[]>) { this.#query = query }

  async bytes (): Promise<Buffer> {
    return await holdEarly(this.#request, this.#limit, this.#timeout, brokenBodyFault) ?? Buffer.alloc(0)
  }

  /** Hands what was edited to the request. @throws {Error} a header field cannot be sent */
  apply (): void {
    if (this.#headers !== null) this.#applyHeaders(this.#headers)
    if (this.#params !== null) Object.assign(this.#request.params as object, takeParams(this.#params))
    if (this.#query !== null) this.#applyQuery(this.#query)
  }

  #applyHeaders (edited: ScriptHeaders): void {
    const before = headerLines(this.#request)
    const headers = takeHeaders(edited, before)
    const { headers: raw } = this.#request.raw
    for (const name of Object.keys(before)) if (headers[name] === undefined) delete raw[name]
    for (const [name, value] of Object.entries(headers)) {
      if (String(value) !== String(before[name])) replaceHeader(this.#request, name, value)
    }
  }

  #applyQuery (edited: Record<string, string[]>): void {
    const { raw } = this.#request
    const url = raw.url!
    const at = url.indexOf('?')
    const before = at < 0 ? null : readQuery(url, at + 1)
    const written = encodeQuery(takeQuery(edited) ?? {})
    if (written === encodeQuery(before ?? {})) return
    const path = at < 0 ? url : url.slice(0, at)
    raw.url = written === '' ? path : `${path}?${written}`
    const holder = raw as { originalUrl?: string }
    holder.originalUrl ??= url
  }
}
