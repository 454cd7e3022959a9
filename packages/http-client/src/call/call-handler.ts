import type { Duplex } from 'node:stream'
import type { Dispatcher } from 'undici'
import { toBuffers } from './answer-headers.ts'
import type { DialTimes } from './hop-transport.ts'

/** The events of a call: undici's current protocol, and events of its older one without a counterpart. */
export interface CallHandler extends Dispatcher.DispatchHandler {
  /**
   * The handler reads `controller.rawHeaders`, names and values as texts in their order, and not the `headers` it is
   * given: those are empty then. Ours alone; another dispatcher does not know it.
   */
  readonly readsRawHeaders?: boolean
  /**
   * All of the body that came in one read with the headers has been given; not called where that is the whole answer.
   * Ours alone: where `controller.reportsReads` is true, it comes.
   */
  onReadEnd? (controller: Dispatcher.DispatchController): void
  /** A connection was opened for the call, or could not be. Ours alone. */
  onDialled? (dial: DialTimes): void
  onResponseStarted? (): void
  onRequestSent? (): void
}

/** A handler of undici's older protocol (`onConnect`, `onHeaders`, …), which fetch of Node and parts of undici 7 speak. */
interface OlderHandler {
  onConnect? (abort: (reason?: Error) => void, context: unknown): void
  onHeaders? (status: number, rawHeaders: Buffer[], resume: () => void, statusText: string): boolean
  onData? (chunk: Buffer): boolean
  onComplete? (trailers: Buffer[]): void
  onError? (error: Error): void
  onUpgrade? (status: number, rawHeaders: Buffer[], socket: Duplex): void
  onResponseStarted? (): void
  onRequestSent? (): void
}

/** Accepts a handler of either protocol, recognized by its methods: it may be of any version and copy of undici. */
export function toCallHandler (handler: Dispatcher.DispatchHandler): CallHandler {
  return typeof handler.onRequestStart === 'function' ? handler as CallHandler : new HandlerOfOlder(handler as unknown as OlderHandler)
}

class HandlerOfOlder implements CallHandler {
  declare readonly readsRawHeaders: true
  readonly #older: OlderHandler

  constructor (older: OlderHandler) {
    this.#older = older
  }

  onRequestStart (controller: Dispatcher.DispatchController, context: unknown): void {
    this.#older.onConnect?.((reason) => { controller.abort(reason as Error) }, context)
  }

  onRequestSent (): void { this.#older.onRequestSent?.() }

  onResponseStarted (): void { this.#older.onResponseStarted?.() }

  onResponseStart (controller: Dispatcher.DispatchController, status: number, _headers: unknown, statusText?: string): void {
    const raw = toBuffers(controller.rawHeaders as unknown as string[])
    if (this.#older.onHeaders?.(status, raw, () => { controller.resume() }, statusText ?? '') === false) controller.pause()
  }

  onResponseData (controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#older.onData?.(chunk) === false) controller.pause()
  }

  onResponseEnd (controller: Dispatcher.DispatchController): void {
    this.#older.onComplete?.(toBuffers(controller.rawTrailers as unknown as string[]))
  }

  onResponseError (_controller: unknown, error: Error): void {
    if (this.#older.onError === undefined) throw error
    this.#older.onError(error)
  }

  onRequestUpgrade (controller: Dispatcher.DispatchController, status: number, _headers: unknown, socket: Duplex): void {
    this.#older.onUpgrade?.(status, toBuffers(controller.rawHeaders as unknown as string[]), socket)
  }
}

Object.assign(HandlerOfOlder.prototype, { readsRawHeaders: true })
