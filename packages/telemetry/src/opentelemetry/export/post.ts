import type { Dispatcher } from 'undici'
import type { FeatureClient } from '@floodgate/core'

/** What a collector answered. */
export interface CollectorAnswer {
  readonly status: number
  /** Headers, and trailers over them: gRPC puts its status in either. */
  readonly fields: Readonly<Record<string, string | string[] | undefined>>
}

export interface Post {
  readonly origin: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** ms for the whole call. */
  readonly timeout: number
}

/** Most that is read of an answer; the rest says nothing that matters. */
const maxAnswer = 65_536

/** Sends one request through a client. Rejects with the client's error. */
export function post (client: Pick<FeatureClient, 'dispatch'>, { origin, path, headers, body, timeout }: Post): Promise<CollectorAnswer> {
  return new Promise((resolve, reject) => {
    client.dispatch({ origin, path, method: 'POST', headers, body, timeout } as Dispatcher.DispatchOptions, new AnswerHandler(resolve, reject))
  })
}

class AnswerHandler implements Dispatcher.DispatchHandler {
  readonly #resolve: (answer: CollectorAnswer) => void
  readonly #reject: (error: Error) => void
  #status = 0
  #fields: CollectorAnswer['fields'] = {}
  #read = 0

  constructor (resolve: (answer: CollectorAnswer) => void, reject: (error: Error) => void) {
    this.#resolve = resolve
    this.#reject = reject
  }

  onRequestStart (): void {}

  onResponseStart (_controller: unknown, status: number, headers: CollectorAnswer['fields']): void {
    if (status < 200) return
    this.#status = status
    this.#fields = headers
  }

  onResponseData (controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#read += chunk.length
    if (this.#read > maxAnswer) controller.abort(new Error('the answer of the collector is too long'))
  }

  onResponseEnd (_controller: unknown, trailers: CollectorAnswer['fields'] = {}): void {
    this.#resolve({ status: this.#status, fields: { ...this.#fields, ...trailers } })
  }

  onResponseError (_controller: unknown, error: Error): void {
    this.#reject(error)
  }
}
