import { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import type { Dispatcher } from 'undici'
import { createStep, type BackendResponse, type Body, type CoreRequest, type Exchange } from '@floodgate/core'
import { CollectReceiver } from './collect.ts'
import { listRequestHeaders } from './hop-by-hop.ts'
import { PassReceiver } from './pass.ts'
import type { Receiver, Unzip } from './receiver.ts'
import type { Resolve } from './outcome.ts'
import { mayBeWhole, takeWhole, Upload } from './upload.ts'

/** What begins calls. */
type Dispatching = Pick<Dispatcher, 'dispatch'>

export interface ExchangeOptions {
  /** Where calls go, a client or any dispatcher of undici; redirects, TLS and proxies are its business. Never closed here. */
  dispatcher: Dispatching
  /**
   * `pass`: the body is a Buffer when it came with the headers, else a {@link Passage}: for answers that go to the
   * client as they are. `collect`: always the whole body, for answers to be decoded.
   */
  mode: 'pass' | 'collect'
  /** Asks for gzip where the request does not say what it accepts, and unzips what comes of it. Default true. */
  gzip?: boolean
  /**
   * Reads the headers of an answer only when they are asked for: for a receiver that hardly does, and does not copy
   * answers with `{ ...response }`. Only with `collect`. Default false.
   */
  bare?: boolean
  /** Size limit of bodies to be decoded, as they come and unzipped; only with `collect`. Default: none. */
  maxBytes?: number
  /**
   * Takes back the memory of a body's chunk after its last use (`recycle` of `@floodgate/http-client`); only where
   * nothing between the wire and here keeps chunks, as a cache does.
   */
  recycle?: (chunk: Buffer) => void
}

/** Makes of an answer what a call resolves with; may throw. */
export type Read<Answer> = (response: BackendResponse, request: CoreRequest) => Answer | Promise<Answer>

/**
 * Creates the raw HTTP call of a backend. A call ends with `request.call`, whatever it is doing; it rejects with a Fault
 * of the kind `backend`, or with the call's own reason. Header fields of one connection pass in neither direction, nor do trailers.
 */
export function createExchange (options: ExchangeOptions): Exchange {
  return createReadingExchange<BackendResponse>(options, null)
}

/** The same, with what `read` makes of the answer; for whoever would do it next anyway. */
export function createReadingExchange <Answer> ({ dispatcher, mode, gzip = true, bare = false, maxBytes = Infinity, recycle }: ExchangeOptions, read: Read<Answer> | null): ReturnType<typeof createStep<Answer>> {
  const unasked: Unzip = mode === 'pass' ? 'never' : 'always'
  const asked: Unzip = mode === 'pass' ? 'when asked' : 'always'

  return createStep((request, resolve, reject) => {
    const take = read === null ? resolve as Resolve : readInto(read, request, resolve, reject)
    const asks = gzip && asksForGzip(request)
    const unzip = asks ? asked : unasked
    const receiver = mode === 'pass' ? new PassReceiver(request, unzip, take, reject, recycle) : new CollectReceiver(request, unzip, take, reject, maxBytes, bare, recycle)
    if (!receiver.start()) return
    const { body } = request
    if (body === null || Buffer.isBuffer(body)) send(dispatcher, request, body, asks, receiver)
    else if (!mayBeWhole(body)) send(dispatcher, request, new Upload(body), asks, receiver, lengthOf(body))
    // A small body comes in the same read as its headers: a tick after them it is there.
    else if (body.readableLength === 0) process.nextTick(sendArriving, dispatcher, request, body, asks, receiver)
    else sendArriving(dispatcher, request, body, asks, receiver)
  })
}

function readInto <Answer> (read: Read<Answer>, request: CoreRequest, resolve: (answer: Answer) => void, reject: (error: unknown) => void): Resolve {
  return (response) => {
    let answer
    try {
      answer = read(response, request)
    } catch (error) {
      reject(error)
      return
    }
    if (answer instanceof Promise) answer.then(resolve, reject)
    else resolve(answer)
  }
}

function sendArriving (dispatcher: Dispatching, request: CoreRequest, body: IncomingMessage, asks: boolean, receiver: Receiver): void {
  if (receiver.ended) return
  const whole = takeWhole(body)
  send(dispatcher, request, whole === undefined ? new Upload(body) : whole, asks, receiver, lengthOf(body))
}

function send (dispatcher: Dispatching, request: CoreRequest, body: Body, asks: boolean, receiver: Receiver, announced?: string): void {
  const headers = listRequestHeaders(request.headers)
  if (asks) headers.push('accept-encoding', 'gzip')
  // A client's body has the length that the client said, whether the endpoint lets the header in or not; a Buffer its own.
  const length = announced ?? request.headers['content-length']
  if (length !== undefined && body !== null && !Buffer.isBuffer(body)) headers.push('content-length', length)
  try {
    dispatcher.dispatch({
      origin: request.origin,
      path: request.target,
      method: request.method as Dispatcher.HttpMethod,
      headers: headers as string[],
      body,
      // The call has a deadline of its own; undici's timers would come up to a second late.
      headersTimeout: 0,
      bodyTimeout: 0,
      // Otherwise undici closes the connection after HEAD, and after GET or DELETE with a body.
      reset: false
    }, receiver)
  } catch (error) {
    receiver.onResponseError(null, error as Error)
  }
}

/** What a client said of its body, where that is sent as it came. */
function lengthOf (body: Readable): string | undefined {
  return body instanceof IncomingMessage ? body.headers['content-length'] : undefined
}

/** Go's HTTP client asks on the client's behalf unless it is told what to accept, or parts are wanted (net/http, transport.go). */
function asksForGzip ({ headers, method }: CoreRequest): boolean {
  return headers['accept-encoding'] === undefined && headers.range === undefined && method !== 'HEAD'
}
