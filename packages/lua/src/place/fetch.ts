import type { IncomingHttpHeaders } from 'node:http'
import { userAgent, type Call, type FeatureClient } from '@floodgate/core'
import type { Dispatcher } from 'undici'
import type { Answer, Question } from '../objects/host.ts'

/** Longest response, in bytes. */
const maxBytes = 8 * 1024 * 1024

/** Sends a script's request with the client of the service, which follows redirects, until the call ends. */
export function fetchAnswer (client: FeatureClient, { url, method, headers, body }: Question, call: Call): Promise<Answer> {
  return new Promise((resolve, reject) => {
    if (call.reason !== null) { reject(call.reason); return }
    const handler = new AnswerHandler(call, resolve, reject)
    call.listen(handler)
    try {
      client.dispatcher.dispatch({
        origin: url.origin,
        path: url.pathname + url.search,
        method: method as Dispatcher.HttpMethod,
        headers: { 'user-agent': userAgent, ...headers },
        body,
        headersTimeout: 0,
        bodyTimeout: 0
      }, handler)
    } catch (error) {
      handler.onResponseError(null, error as Error)
    }
  })
}

/** Collects a response; ends with the call. */
class AnswerHandler implements Dispatcher.DispatchHandler {
  readonly #call: Call
  readonly #resolve: (answer: Answer) => void
  readonly #reject: (error: Error) => void
  readonly #chunks: Buffer[] = []
  #length = 0
  #status = 0
  #headers: IncomingHttpHeaders = {}
  #controller: Dispatcher.DispatchController | null = null

  constructor (call: Call, resolve: (answer: Answer) => void, reject: (error: Error) => void) {
    this.#call = call
    this.#resolve = resolve
    this.#reject = reject
  }

  callEnded (reason: Error): void {
    this.#controller?.abort(reason)
    this.#reject(reason)
  }

  onRequestStart (controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#call.reason !== null) controller.abort(this.#call.reason)
  }

  onResponseStart (_controller: unknown, status: number, headers: IncomingHttpHeaders): void {
    this.#status = status
    this.#headers = headers
  }

  onResponseData (controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#length += chunk.length
    if (this.#length > maxBytes) controller.abort(new RangeError(`the response is longer than ${maxBytes} bytes`))
    else this.#chunks.push(chunk)
  }

  onResponseEnd (): void {
    this.#call.unlisten(this)
    this.#resolve({ status: this.#status, headers: this.#headers, body: Buffer.concat(this.#chunks) })
  }

  onResponseError (_controller: unknown, error: Error): void {
    this.#call.unlisten(this)
    this.#reject(error)
  }
}
