import type { IncomingHttpHeaders } from 'node:http'
import type { Dispatcher } from 'undici'
import { userAgent } from './user-agent.ts'

/** What begins calls: a client, or any dispatcher of undici. */
export type Dispatching = Pick<Dispatcher, 'dispatch'>

export interface Document {
  readonly status: number
  /** Without parameters, in lower case; '' = none. */
  readonly contentType: string
  readonly body: Buffer
}

export interface DocumentRequest {
  readonly method?: 'GET' | 'POST'
  readonly headers?: Record<string, string>
  readonly body?: string
  /** ms for the whole call. */
  readonly timeout: number
}

const maxBytes = 1024 * 1024

/**
 * Reads a small document of a server of keys or tokens.
 *
 * @throws the dispatcher's error, or a RangeError where the document is longer than 1 MB
 */
export function fetchDocument (dispatcher: Dispatching, url: string, { method = 'GET', headers = {}, body, timeout }: DocumentRequest): Promise<Document> {
  return new Promise((resolve, reject) => {
    const { origin, pathname, search } = new URL(url)
    const options = { origin, path: pathname + search, method, headers: { 'user-agent': userAgent, ...headers }, body: body ?? null, headersTimeout: 0, bodyTimeout: 0, timeout }
    dispatcher.dispatch(options, new DocumentHandler(resolve, reject))
  })
}

/** Gathers an answer. */
class DocumentHandler implements Dispatcher.DispatchHandler {
  readonly #resolve: (document: Document) => void
  readonly #reject: (error: Error) => void
  readonly #chunks: Buffer[] = []
  #length = 0
  #status = 0
  #contentType = ''

  constructor (resolve: (document: Document) => void, reject: (error: Error) => void) {
    this.#resolve = resolve
    this.#reject = reject
  }

  onRequestStart (): void {}

  onResponseStart (_controller: unknown, status: number, headers: IncomingHttpHeaders): void {
    this.#status = status
    this.#contentType = String(headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase()
  }

  onResponseData (controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#length += chunk.length
    if (this.#length > maxBytes) controller.abort(new RangeError(`the answer is longer than ${maxBytes} bytes`))
    else this.#chunks.push(chunk)
  }

  onResponseEnd (): void {
    this.#resolve({ status: this.#status, contentType: this.#contentType, body: Buffer.concat(this.#chunks) })
  }

  onResponseError (_controller: unknown, error: Error): void {
    this.#reject(error)
  }
}

/** An address without what may be secret in it, for logs. */
export function showAddress (url: string): string {
  return URL.canParse(url) ? `${new URL(url).origin}${new URL(url).pathname}` : 'an address that cannot be read'
}
