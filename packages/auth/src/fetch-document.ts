import type { IncomingHttpHeaders } from 'node:http'
import type { Dispatcher } from 'undici'
import { userAgent } from '@floodgate/core'

/** Starts calls: a client, or any undici dispatcher. */
export type Dispatching = Pick<Dispatcher, 'dispatch'>

export interface Document {
  readonly status: number
  /** Without parameters, in lower case; '' if absent. */
  readonly contentType: string
  /** '' if absent. */
  readonly cacheControl: string
  readonly body: Buffer
}

export interface DocumentRequest {
  readonly method?: 'GET' | 'POST'
  readonly headers?: Record<string, string>
  readonly body?: string
  /** Timeout of the whole call, in ms. */
  readonly timeout: number
}

const maxBytes = 1024 * 1024

/**
 * Fetches a small document from a key server or token server.
 *
 * @throws the dispatcher's error, or a RangeError if the document is longer than 1 MB
 */
export function fetchDocument (
  dispatcher: Dispatching,
  url: string,
  { method = 'GET', headers = {}, body, timeout }: DocumentRequest
): Promise<Document> {
  return new Promise((resolve, reject) => {
    const { origin, pathname, search } = new URL(url)
    const options = {
      origin,
      path: pathname + search,
      method,
      headers: { 'user-agent': userAgent, ...headers },
      body: body ?? null,
      headersTimeout: 0,
      bodyTimeout: 0,
      timeout
    }
    dispatcher.dispatch(options, new DocumentHandler(resolve, reject))
  })
}

/** Collects a response. */
class DocumentHandler implements Dispatcher.DispatchHandler {
  readonly #resolve: (document: Document) => void
  readonly #reject: (error: Error) => void
  readonly #chunks: Buffer[] = []
  #length = 0
  #status = 0
  #contentType = ''
  #cacheControl = ''

  constructor (resolve: (document: Document) => void, reject: (error: Error) => void) {
    this.#resolve = resolve
    this.#reject = reject
  }

  onRequestStart (): void {}

  onResponseStart (_controller: unknown, status: number, headers: IncomingHttpHeaders): void {
    this.#status = status
    this.#cacheControl = String(headers['cache-control'] ?? '')
    this.#contentType = String(headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase()
  }

  onResponseData (controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#length += chunk.length
    if (this.#length > maxBytes) controller.abort(new RangeError(`the response is longer than ${maxBytes} bytes`))
    else this.#chunks.push(chunk)
  }

  onResponseEnd (): void {
    this.#resolve({
      status: this.#status,
      contentType: this.#contentType,
      cacheControl: this.#cacheControl,
      body: Buffer.concat(this.#chunks)
    })
  }

  onResponseError (_controller: unknown, error: Error): void {
    this.#reject(error)
  }
}

/** Returns an address without its possibly secret parts, for logs. */
export function showAddress (url: string): string {
  return URL.canParse(url) ? `${new URL(url).origin}${new URL(url).pathname}` : 'an invalid address'
}
