import { AsyncResource } from 'node:async_hooks'
import type { IncomingHttpHeaders } from 'node:http'
import type { Dispatcher } from 'undici'
import { Fault, type BackendResponse, type Body, type Call, type CallListener, type CallObserver, type CoreRequest } from '@floodgate/core'
import { backendFault } from './backend-fault.ts'
import { unzip } from './gunzip.ts'
import { listFields, readResponseHeaders } from './hop-by-hop.ts'
import type { Resolve, Reject } from './outcome.ts'

/** Which responses are decompressed: none, those for which the gateway requested gzip itself, or all. */
export type Unzip = 'never' | 'when asked' | 'always'

/** With our own dispatcher: whether the handler is notified of the end of a read (`onReadEnd`). */
interface Controller extends Dispatcher.DispatchController {
  readonly reportsReads?: boolean
}

/**
 * The handler of one dispatched call, in undici's current protocol: the common part of both ways to receive a body. It
 * responds once, ends with its call, and ignores later events. It responds in the asynchronous context of the code that
 * created it (AsyncLocalStorage of the host, of tracing): the events of a connection have that of the request that opened it.
 */
export abstract class Receiver extends AsyncResource implements Dispatcher.DispatchHandler, CallListener {
  /** For our own dispatcher: headers need not be collected by name. */
  declare readonly readsRawHeaders: true
  protected readonly request: CoreRequest
  protected response: BackendResponse | null = null
  /** It has responded or failed; a body may still be arriving. */
  protected settled = false
  /** Further events of the dispatcher are ignored. */
  protected over = false
  readonly #call: Call
  readonly #resolve: Resolve
  readonly #reject: Reject
  readonly #unzip: Unzip
  readonly #maxBytes: number
  protected controller: Controller | null = null
  /** Watches the call; null = it is not watched. */
  observer: CallObserver | null = null
  #reason: Error | null = null

  /** @param maxBytes of a complete body after decompression */
  constructor (request: CoreRequest, unzip: Unzip, resolve: Resolve, reject: Reject, maxBytes = Infinity) {
    super('floodgate.call')
    this.request = request
    this.#call = request.call
    this.#unzip = unzip
    this.#maxBytes = maxBytes
    this.#resolve = resolve
    this.#reject = reject
  }

  /** Starts listening to the call; false if it has already ended. */
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

  /** Called by our own dispatcher. */
  onDialled ({ dnsTime, tlsTime }: { readonly dnsTime: number, readonly tlsTime: number }): void {
    if (!this.over) this.observer?.onDialled?.(dnsTime, tlsTime)
  }

  onRequestSent (): void {
    if (!this.over) this.observer?.onSent()
  }

  onResponseStart (controller: Controller, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200 || this.over) return
    const fields = listFields(headers) ?? controller.rawHeaders as unknown as string[]
    const response = this.response = this.describe(status, fields)
    this.observer?.onHeaders(status, fields)
    // An Agent of undici fails a 304 with a Content-Length, because no body follows: these responses are complete with
    // their headers.
    if (status === 204 || status === 304) {
      delete response.headers['content-length']
      this.#leave()
      this.observer?.onEnd()
      this.settled = true
      this.runInAsyncScope(this.#resolve, undefined, response)
      return
    }
    this.begin(controller)
  }

  abstract onResponseData (controller: Controller, chunk: Buffer): void

  onResponseEnd (): void {
    if (this.over) return
    this.#leave()
    this.observer?.onEnd()
    this.complete()
  }

  onResponseError (_controller: unknown, error: Error): void {
    if (this.over) return
    this.#leave()
    const fault = this.#call.reason ?? backendFault(error, this.request, this.response !== null)
    this.observer?.onFailure(fault)
    this.fail(fault)
  }

  /** Stops the call because of the receiver. */
  abort (reason: Error | null): void {
    if (this.over) return
    this.#leave()
    this.observer?.onFailure(this.#call.reason ?? (reason instanceof Fault ? reason : notNeeded()))
    this.#stop(reason ?? new Error('The response is no longer needed'))
  }

  /** Returns the response with its headers. */
  protected describe (status: number, raw: readonly string[]): BackendResponse {
    return { status, headers: readResponseHeaders(raw), body: null }
  }

  /** The content encoding of the body, if there is exactly one. */
  protected encodingOf ({ headers }: BackendResponse): string | undefined {
    const encoding = headers['content-encoding']
    return typeof encoding === 'string' ? encoding : undefined
  }

  /** The headers have arrived. */
  protected abstract begin (controller: Controller): void
  /** The last byte has arrived. */
  protected abstract complete (): void
  /** The response failed. */
  protected abstract fail (fault: Fault): void

  protected answer (body: Body): void {
    if (this.settled) return
    this.settled = true
    const response = this.response!
    response.body = body
    if (this.#unzip !== 'never' && this.#zipped(response)) {
      this.runInAsyncScope(unzip, undefined, response, this.request, this.#maxBytes, this.#resolve, this.#reject)
    } else {
      this.runInAsyncScope(this.#resolve, undefined, response)
    }
  }

  protected refuse (fault: Fault): void {
    if (this.settled) return
    this.settled = true
    this.runInAsyncScope(this.#reject, undefined, fault)
  }

  #zipped (response: BackendResponse): boolean {
    return response.body !== null && this.encodingOf(response)?.toLowerCase() === 'gzip'
  }

  /** The call ended early. */
  callEnded (reason: Fault): void {
    if (this.over) return
    this.over = true
    this.observer?.onFailure(reason)
    this.fail(reason)
    this.#stop(reason)
  }

  #stop (reason: Error): void {
    this.#reason = reason
    this.controller?.abort(reason)
  }

  /** It is not removed from the call, which soon ends anyway: that is cheaper. */
  #leave (): void {
    this.over = true
  }
}

function notNeeded (): Fault {
  return new Fault('abort', 'FG_ERR_NOT_NEEDED', 'the rest of the response is not needed')
}

Object.assign(Receiver.prototype, { readsRawHeaders: true })
