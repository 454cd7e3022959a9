import type { Dispatcher } from 'undici'
import type { FeatureClient } from '@floodgate/core'
import { AnswerBody } from './answer-body.ts'

/** What a collector answered. */
export interface CollectorAnswer {
  readonly status: number
  /** Headers, and trailers over them: gRPC puts its status in either. */
  readonly fields: Readonly<Record<string, string | string[] | undefined>>
  /** null = it is too long, and was not read to its end: there are no trailers. */
  readonly body: Buffer | null
}

export interface Post {
  readonly origin: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** ms for the whole call. */
  readonly timeout: number
}

/** Sends requests to a collector. */
export interface Transport {
  /** Rejects with the client's error. */
  send (request: Post): Promise<CollectorAnswer>
  /** Ends the requests that still run: the client would wait for them when it closes. */
  close (): Promise<void>
}

/** Creates the transport through a client, which its owner closes. */
export function createTransport (client: Pick<FeatureClient, 'dispatch'>): Transport {
  const running = new Set<AnswerHandler>()
  let isClosed = false
  return {
    async send ({ origin, path, headers, body, timeout }) {
      if (isClosed) throw closed()
      const handler = new AnswerHandler()
      running.add(handler)
      try {
        client.dispatch({ origin, path, method: 'POST', headers, body, timeout } as Dispatcher.DispatchOptions, handler)
        return await handler.answer
      } finally {
        running.delete(handler)
      }
    },
    async close () {
      isClosed = true
      for (const handler of running) handler.abort()
    }
  }
}

class AnswerHandler implements Dispatcher.DispatchHandler {
  readonly answer: Promise<CollectorAnswer>
  #resolve!: (answer: CollectorAnswer) => void
  #reject!: (error: Error) => void
  #controller: Dispatcher.DispatchController | null = null
  #isAborted = false
  #status = 0
  #fields: CollectorAnswer['fields'] = {}
  readonly #body = new AnswerBody()

  constructor () {
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
  }

  abort (): void {
    this.#isAborted = true
    this.#controller?.abort(closed())
  }

  onRequestStart (controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#isAborted) controller.abort(closed())
  }

  onResponseStart (_controller: unknown, status: number, headers: CollectorAnswer['fields']): void {
    if (status < 200) return
    this.#status = status
    this.#fields = headers
  }

  onResponseData (controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#body.add(chunk)) return
    this.#resolve({ status: this.#status, fields: this.#fields, body: null })
    controller.abort(new Error('the answer of the collector is too long'))
  }

  onResponseEnd (_controller: unknown, trailers: CollectorAnswer['fields'] = {}): void {
    this.#resolve({ status: this.#status, fields: { ...this.#fields, ...trailers }, body: this.#body.read() })
  }

  onResponseError (_controller: unknown, error: Error): void {
    this.#reject(error)
  }
}

function closed (): Error {
  return new Error('it had not answered when the exporter closed')
}
