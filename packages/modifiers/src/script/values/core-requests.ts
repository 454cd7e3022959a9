import { drainBody, holdBody, pathOf, type CoreRequest, type Headers } from '@floodgate/core'
import { ReadableBody, takeBody } from './body.ts'
import { brokenBody } from '../errors.ts'
import { copyQuery, takeHeaders, takeParams, takeQuery } from './edited.ts'
import type { BackendScriptRequest, EndpointScriptRequest, ScriptHeaders } from '../types.ts'

/** What says how a body is written, and is not true of another one. */
const ofItsBody = ['content-length', 'content-encoding', 'transfer-encoding'] as const

/** A request behind the endpoint's filters, as a script sees it. What it edits is a copy until `apply`. */
abstract class ScriptedRequest extends ReadableBody {
  protected readonly core: CoreRequest
  #headers: ScriptHeaders | null = null

  constructor (core: CoreRequest) {
    super()
    this.core = core
  }

  get path (): string { return pathOf(this.core) }

  get headers (): ScriptHeaders {
    this.#headers ??= { ...this.core.headers }
    return this.#headers
  }

  set headers (headers: ScriptHeaders) { this.#headers = headers }

  async bytes (): Promise<Buffer> {
    await holdBody(this.core, brokenBody)
    const { body } = this.core
    return Buffer.isBuffer(body) ? body : Buffer.alloc(0)
  }

  setBody (body: string | Uint8Array | null, contentType?: string): void {
    const { core } = this
    const written = takeBody(body)
    drainBody(core.body)
    core.body = written
    const headers: Headers = { ...core.headers }
    for (const name of ofItsBody) {
      delete headers[name]
      if (this.#headers !== null) delete this.#headers[name]
    }
    core.headers = headers
    if (contentType !== undefined) this.headers['content-type'] = contentType
  }

  /** Hands what was edited to the request. @throws {Error} a header field cannot be sent */
  apply (): void {
    if (this.#headers !== null) this.core.headers = takeHeaders(this.#headers, this.core.headers)
  }
}

/** A request before it goes to backends. */
export class EndpointRequest extends ScriptedRequest implements EndpointScriptRequest {
  #params: Record<string, string> | null = null
  #query: Record<string, string[]> | null = null

  get method (): string { return this.core.method }

  get url (): string { return this.core.incoming.originalUrl }

  get params (): Record<string, string> {
    this.#params ??= { ...this.core.params }
    return this.#params
  }

  set params (params: Record<string, string>) { this.#params = params }

  get query (): Record<string, string[]> {
    this.#query ??= copyQuery(this.core.query)
    return this.#query
  }

  set query (query: Record<string, string[]>) { this.#query = query }

  override apply (): void {
    super.apply()
    if (this.#params !== null) this.core.params = takeParams(this.#params)
    if (this.#query !== null) this.core.query = takeQuery(this.#query)
  }
}

/** A request with the address of its backend. */
export class BackendRequest extends ScriptedRequest implements BackendScriptRequest {
  get method (): string { return this.core.method }
  set method (method: string) {
    if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(String(method))) throw new TypeError('the method of a request must be a word')
    this.core.method = method
  }

  get params (): Readonly<Record<string, string>> { return this.core.params }

  get url (): string { return this.core.origin + this.core.target }
  set url (address: string) {
    const { protocol, origin, pathname, search, username, password } = new URL(address, this.url)
    if (protocol !== 'http:' && protocol !== 'https:') throw new TypeError('the URL of a request must begin with http:// or https://')
    if (username !== '' || password !== '') throw new TypeError('the URL of a request cannot contain credentials: set the header "authorization"')
    this.core.origin = origin
    this.core.target = pathname + search
  }
}
