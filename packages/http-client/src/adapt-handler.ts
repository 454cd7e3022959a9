import type { IncomingHttpHeaders } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Dispatcher } from 'undici'
import type { CallHandler } from './client-call.ts'
import { util } from './undici.ts'

/** Lets a handler of undici's newer kind, with a controller, take part in what is of the older kind inside. */
export function adaptHandler (handler: Dispatcher.DispatchHandler): CallHandler {
  const controller = new Controller()
  return {
    onConnect (abort) {
      controller.begin(abort)
      handler.onRequestStart?.(controller, {})
    },
    onHeaders (status, rawHeaders, resume, statusText) {
      controller.resumeWith = resume
      controller.rawHeaders = rawHeaders
      handler.onResponseStart?.(controller, status, parse(rawHeaders), statusText)
      return !controller.paused
    },
    onData (chunk) {
      handler.onResponseData?.(controller, chunk)
      return !controller.paused
    },
    onComplete (trailers) {
      controller.rawTrailers = trailers as Buffer[]
      handler.onResponseEnd?.(controller, parse(trailers ?? []))
    },
    onError (error) {
      handler.onResponseError?.(controller, error)
    },
    onUpgrade (status: number, rawHeaders: Buffer[] | null, socket: Duplex) {
      controller.rawHeaders = rawHeaders
      handler.onRequestUpgrade?.(controller, status, parse(rawHeaders ?? []), socket)
    }
  }
}

class Controller implements Dispatcher.DispatchController {
  aborted = false
  paused = false
  reason: Error | null = null
  rawHeaders: Buffer[] | null = null
  rawTrailers: Buffer[] | null = null
  resumeWith: (() => void) | null = null
  #abort: ((reason?: Error) => void) | null = null

  begin (abort: (reason?: Error) => void): void {
    this.#abort = abort
  }

  abort (reason: Error): void {
    if (this.aborted) return
    this.aborted = true
    this.reason = reason
    this.#abort?.(reason)
  }

  pause (): void {
    this.paused = true
  }

  resume (): void {
    if (!this.paused) return
    this.paused = false
    this.resumeWith?.()
  }
}

function parse (raw: readonly (Buffer | string)[]): IncomingHttpHeaders {
  return util.parseHeaders(raw as Buffer[]) as IncomingHttpHeaders
}
