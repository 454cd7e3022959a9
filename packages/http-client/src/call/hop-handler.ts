import type { IncomingHttpHeaders } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Dispatcher } from 'undici'
import { listFields } from './answer-headers.ts'
import type { DialTimes, HopTransport, HopRequest } from './hop-transport.ts'

/** One hop of a call that goes through interceptors: a transport to the call, a handler of the current protocol to them. */
export class HopHandler implements HopTransport, Dispatcher.DispatchHandler {
  readonly reportsReads = false
  readonly #hop: HopRequest
  #controller: Dispatcher.DispatchController | null = null
  #isOver = false
  #reason: Error | null = null
  #hasBegun = false

  constructor (hop: HopRequest) {
    this.#hop = hop
  }

  /** The dispatcher of the interceptors sends it. */
  send (): void {}

  pause (): void { this.#controller?.pause() }

  resume (): void { this.#controller?.resume() }

  cancel (error: Error): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#reason = error
    this.#controller?.abort(error)
  }

  onRequestStart (controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#isOver) controller.abort(this.#reason!)
    else this.#hop.onSending(false)
  }

  onDialled (dial: DialTimes): void {
    if (!this.#isOver) this.#hop.onDialled?.(dial)
  }

  onRequestSent (): void {
    if (!this.#isOver) this.#hop.onSent()
  }

  onResponseStart (_controller: unknown, status: number, headers: IncomingHttpHeaders, statusText = ''): void {
    if (this.#isOver) return
    this.#hasBegun = true
    const fields = listFields(headers)
    if (status < 200) this.#hop.onInterim(status, fields, statusText)
    else this.#hop.onHead(status, fields, statusText)
  }

  onResponseData (_controller: unknown, chunk: Buffer): void {
    if (!this.#isOver) this.#hop.onBody(chunk)
  }

  onResponseEnd (_controller: unknown, trailers: IncomingHttpHeaders = {}): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#hop.onEnd(listFields(trailers))
  }

  onResponseError (_controller: unknown, error: Error): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#hop.onFailure(error, this.#hasBegun)
  }

  onRequestUpgrade (_controller: unknown, status: number, headers: IncomingHttpHeaders, socket: Duplex): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#hop.onUpgrade(status, listFields(headers), socket)
  }
}
