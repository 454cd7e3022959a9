import { channel } from 'node:diagnostics_channel'
import { stringify } from 'node:querystring'
import type { Duplex } from 'node:stream'
import { toBuffers } from './answer-headers.ts'
import type { HopTransport, HopRequest } from './hop-transport.ts'
import { listHeaders, type RequestHeaders } from './request-headers.ts'

/** The channels of undici (its docs/api/DiagnosticsChannel) that instrumentation of requests goes by. */
const created = channel('undici:request:create')
const sendingHeaders = channel('undici:client:sendHeaders')
const bodySent = channel('undici:request:bodySent')
const headersCame = channel('undici:request:headers')
const ended = channel('undici:request:trailers')
const failed = channel('undici:request:error')

/** The request for subscribers, with the fields of undici's own. */
interface PublishedRequest {
  readonly origin: string
  readonly path: string
  readonly method: string
  /** Names and values, one after the other. */
  readonly headers: unknown[]
  readonly upgrade: unknown
  readonly host: string
  completed: boolean
  aborted: boolean
  /** Adds a header before the request is sent: the context of a trace. */
  addHeader (name: string, value: string): PublishedRequest
}

/** Returns whether there are subscribers. */
export function isObserved (): boolean { return created.hasSubscribers }

/**
 * Stands between a call and the connection of one of its requests, and publishes what undici's client would, on the same
 * channels. Only created if there are subscribers.
 */
export class ObservedRequest implements HopTransport, HopRequest {
  readonly method: string
  readonly path: string
  readonly query: Record<string, unknown> | undefined
  headers: RequestHeaders
  readonly body: HopRequest['body']
  readonly upgrade: unknown
  readonly host: string
  readonly reset: boolean
  readonly #call: HopRequest
  readonly #request: PublishedRequest
  #transport: HopTransport | null = null
  #isOver = false

  constructor (call: HopRequest, origin: string) {
    this.#call = call
    this.method = call.method
    this.path = call.path
    this.query = call.query
    this.headers = call.headers
    this.body = call.body
    this.upgrade = call.upgrade
    this.host = call.host
    this.reset = call.reset
    const headers = listHeaders(call.headers)
    const request: PublishedRequest = this.#request = {
      origin,
      path: call.query === undefined ? call.path : `${call.path}?${stringify(call.query as Record<string, string>)}`,
      method: call.method,
      headers,
      upgrade: call.upgrade ?? null,
      host: call.host,
      completed: false,
      aborted: false,
      addHeader: (name, value) => {
        headers.push(name, String(value))
        this.headers = headers as string[]
        return request
      }
    }
    created.publish({ request })
  }

  get reportsReads (): boolean { return this.#transport?.reportsReads ?? false }

  /** Goes over this one, or over another one after it was gone. */
  over (transport: HopTransport): this {
    this.#transport = transport
    return this
  }

  // To the connection.

  send (): void { this.#transport!.send(this) }

  pause (): void { this.#transport?.pause() }

  resume (): void { this.#transport?.resume() }

  cancel (error: Error): void {
    this.fail(error)
    this.#transport?.cancel(error)
  }

  /** The call has failed. */
  fail (error: Error): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#request.aborted = true
    failed.publish({ request: this.#request, error })
  }

  // To the call.

  onSending (isReused: boolean): void {
    if (sendingHeaders.hasSubscribers) {
      sendingHeaders.publish({ request: this.#request, headers: this.#writeHead(), socket: this.#transport?.socket ?? null })
    }
    this.#call.onSending(isReused)
  }

  onSent (): void {
    bodySent.publish({ request: this.#request })
    this.#call.onSent()
  }

  onInterim (status: number, fields: string[], reason: string): void { this.#call.onInterim(status, fields, reason) }

  onHead (status: number, fields: string[], reason: string): void {
    this.#publishHead(status, fields, reason)
    this.#call.onHead(status, fields, reason)
  }

  onBody (chunk: Buffer): void { this.#call.onBody(chunk) }

  onReadEnd (): void { this.#call.onReadEnd() }

  onEnd (trailers: readonly string[]): void {
    this.#end(trailers)
    this.#call.onEnd(trailers)
  }

  onUpgrade (status: number, fields: string[], socket: Duplex): void {
    this.#publishHead(status, fields, '')
    this.#end([])
    this.#call.onUpgrade(status, fields, socket)
  }

  onGone (): void {
    this.#transport = null
    this.#call.onGone()
  }

  onFailure (error: Error, hasBegun: boolean): void {
    this.fail(error)
    this.#call.onFailure(error, hasBegun)
  }

  #publishHead (statusCode: number, fields: string[], statusText: string): void {
    headersCame.publish({ request: this.#request, response: { statusCode, headers: toBuffers(fields), statusText } })
  }

  #end (trailers: readonly string[]): void {
    this.#isOver = true
    this.#request.completed = true
    ended.publish({ request: this.#request, trailers: toBuffers(trailers) })
  }

  #writeHead (): string {
    const { method, path, headers } = this.#request
    let text = `${method} ${path} HTTP/1.1\r\nhost: ${this.host}\r\n`
    for (let i = 0; i < headers.length; i += 2) text += `${String(headers[i])}: ${String(headers[i + 1])}\r\n`
    return text
  }
}
