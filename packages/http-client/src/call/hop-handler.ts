import type { IncomingHttpHeaders } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Dispatcher } from 'undici'
import { listFields } from './answer-headers.ts'
import type { Carrier, Rider } from './carrier.ts'

/** One hop of a call that goes through interceptors: a carrier to the call, a handler of the current protocol to them. */
export class HopHandler implements Carrier, Dispatcher.DispatchHandler {
  readonly tellsReads = false
  readonly #rider: Rider
  #controller: Dispatcher.DispatchController | null = null
  #isOver = false
  #reason: Error | null = null
  #hasBegun = false

  constructor (rider: Rider) {
    this.#rider = rider
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
    else this.#rider.onSending(false)
  }

  onRequestSent (): void {
    if (!this.#isOver) this.#rider.onSent()
  }

  onResponseStart (_controller: unknown, status: number, headers: IncomingHttpHeaders, statusText = ''): void {
    if (this.#isOver) return
    this.#hasBegun = true
    const fields = listFields(headers)
    if (status < 200) this.#rider.onInterim(status, fields, statusText)
    else this.#rider.onHead(status, fields, statusText)
  }

  onResponseData (_controller: unknown, chunk: Buffer): void {
    if (!this.#isOver) this.#rider.onBody(chunk)
  }

  onResponseEnd (_controller: unknown, trailers: IncomingHttpHeaders = {}): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#rider.onEnd(listFields(trailers))
  }

  onResponseError (_controller: unknown, error: Error): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#rider.onFailure(error, this.#hasBegun)
  }

  onRequestUpgrade (_controller: unknown, status: number, headers: IncomingHttpHeaders, socket: Duplex): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#rider.onUpgrade(status, listFields(headers), socket)
  }
}
