import type { IncomingHttpHeaders } from 'node:http'
import type { Dispatcher } from 'undici'
import type { BackendResponse, Body, Call, CallListener, CoreRequest, Fault } from '@floodgate/core'
import { backendFault } from './backend-fault.ts'
import { unzip } from './gunzip.ts'
import { listFields, readResponseHeaders } from './hop-by-hop.ts'
import type { Resolve, Reject } from './outcome.ts'

/** Which answers are unzipped: none, those that were asked for on the client's behalf, or all. */
export type Unzip = 'never' | 'when asked' | 'always'

/** Under a dispatcher of ours: whether the handler is told when a read is over (`onReadEnd`). */
interface Controller extends Dispatcher.DispatchController {
  readonly tellsReads?: boolean
}

/**
 * The handler of one dispatched call, in undici's current protocol: what both ways of receiving a body share. It answers
 * once, ends with its call, and hears nothing any more after that.
 */
export abstract class Receiver implements Dispatcher.DispatchHandler, CallListener {
  /** To a dispatcher of ours: headers need not be gathered by name. */
  declare readonly readsRawHeaders: true
  protected readonly request: CoreRequest
  protected response: BackendResponse | null = null
  /** Answered, one way or the other; a body may still be on its way. */
  protected settled = false
  /** Nothing of the dispatcher is of interest any more. */
  protected over = false
  readonly #call: Call
  readonly #resolve: Resolve
  readonly #reject: Reject
  readonly #unzip: Unzip
  readonly #maxBytes: number
  protected controller: Controller | null = null
  #reason: Error | null = null

  /** @param maxBytes of an unzipped body that came whole */
  constructor (request: CoreRequest, unzip: Unzip, resolve: Resolve, reject: Reject, maxBytes = Infinity) {
    this.request = request
    this.#call = request.call
    this.#unzip = unzip
    this.#maxBytes = maxBytes
    this.#resolve = resolve
    this.#reject = reject
  }

  /** Follows the call from here on; false when it has ended already. */
  start (): boolean {
    this.#call.listen(this)
    return !this.over
  }

  /** Whether the call ended before it was dispatched. */
  get ended (): boolean {
    return this.over
  }

  /** Called when the call begins, or, by an Agent of undici, when the request is written. */
  onRequestStart (controller: Controller): void {
    if (this.#reason !== null) controller.abort(this.#reason)
    this.controller = controller
  }

  onResponseStart (controller: Controller, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200 || this.over) return
    const response = this.response = this.describe(status, listFields(headers) ?? controller.rawHeaders as unknown as string[])
    // An Agent of undici fails a 304 with a Content-Length, because no body follows: these answers are whole at their headers.
    if (status === 204 || status === 304) {
      delete response.headers['content-length']
      this.#leave()
      this.settled = true
      this.#resolve(response)
      return
    }
    this.begin(controller)
  }

  abstract onResponseData (controller: Controller, chunk: Buffer): void

  onResponseEnd (): void {
    if (this.over) return
    this.#leave()
    this.complete()
  }

  onResponseError (_controller: unknown, error: Error): void {
    if (this.over) return
    this.#leave()
    this.fail(this.#call.reason ?? backendFault(error, this.request, this.response !== null))
  }

  /** Stops the call for the receiver's own reasons. */
  abort (reason: Error | null): void {
    if (this.over) return
    this.#leave()
    this.#stop(reason ?? new Error('The answer is not wanted any more'))
  }

  /** The answer as its headers tell it. */
  protected describe (status: number, raw: readonly string[]): BackendResponse {
    return { status, headers: readResponseHeaders(raw), body: null }
  }

  /** How the body is encoded, if in one way only. */
  protected encodingOf ({ headers }: BackendResponse): string | undefined {
    const encoding = headers['content-encoding']
    return typeof encoding === 'string' ? encoding : undefined
  }

  /** Headers have come. */
  protected abstract begin (controller: Controller): void
  /** The last byte has come. */
  protected abstract complete (): void
  /** It will not come. */
  protected abstract fail (fault: Fault): void

  protected answer (body: Body): void {
    if (this.settled) return
    this.settled = true
    const response = this.response!
    response.body = body
    if (this.#unzip !== 'never' && this.#zipped(response)) unzip(response, this.request, this.#maxBytes, this.#resolve, this.#reject)
    else this.#resolve(response)
  }

  protected refuse (fault: Fault): void {
    if (this.settled) return
    this.settled = true
    this.#reject(fault)
  }

  #zipped (response: BackendResponse): boolean {
    return response.body !== null && this.encodingOf(response)?.toLowerCase() === 'gzip'
  }

  /** The call ended early. */
  callEnded (reason: Fault): void {
    if (this.over) return
    this.over = true
    this.fail(reason)
    this.#stop(reason)
  }

  #stop (reason: Error): void {
    this.#reason = reason
    this.controller?.abort(reason)
  }

  /** The call forgets it at its own end: that is soon, and cheaper. */
  #leave (): void {
    this.over = true
  }
}

Object.assign(Receiver.prototype, { readsRawHeaders: true })
