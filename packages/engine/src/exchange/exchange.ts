import { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import type { Dispatcher } from 'undici'
import type { ClientDispatchOptions, HostGroup } from '@floodgate/http-client'
import {
  createStep, type BackendResponse, type Body, type CallObserver, type CoreRequest, type Exchange, type ObserveCall
} from '@floodgate/core'
import { CollectReceiver } from './collect.ts'
import { listRequestHeaders } from './hop-by-hop.ts'
import { PassReceiver } from './pass.ts'
import type { Receiver, Unzip } from './receiver.ts'
import type { Resolve } from './outcome.ts'
import { mayBeWhole, takeWhole, Upload } from './upload.ts'

/** Starts calls. */
type Dispatching = Pick<Dispatcher, 'dispatch'>

export interface ExchangeOptions {
  /** A client or any dispatcher of undici, which is responsible for redirects, TLS and proxies. It is not closed here. */
  dispatcher: Dispatching
  /**
   * `pass`: the body is a Buffer if it arrived with the headers, otherwise a {@link Passage}: for responses that are
   * passed on unchanged. `collect`: always the whole body, for responses to be decoded.
   */
  mode: 'pass' | 'collect'
  /** Hosts that can take the place of the request's (`createHosts`). Default: none. */
  hosts?: HostGroup | null
  /** Requests gzip if the request has no Accept-Encoding, and decompresses the response. Default true. */
  gzip?: boolean
  /**
   * Parses the headers of a response on demand: for a receiver that rarely needs them, and does not copy responses with
   * `{ ...response }`. Only with `collect`. Default false.
   */
  bare?: boolean
  /** Size limit of bodies to be decoded, both compressed and decompressed; only with `collect`. Default: none. */
  maxBytes?: number
  /**
   * Releases the memory of a body's chunk after its last use (`recycle` of `@floodgate/http-client`); only if nothing
   * between the wire and here keeps chunks, such as a cache.
   */
  recycle?: (chunk: Buffer) => void
  /** Watches each call, redirects included. */
  observe?: ObserveCall
}

/** Converts a response to the result of the call; may throw. */
export type Read<Answer> = (response: BackendResponse, request: CoreRequest) => Answer | Promise<Answer>

/**
 * Creates the raw HTTP call of a backend. A call always ends with `request.call`; it rejects with a Fault of the kind
 * `backend`, or with the call's own reason. Header fields of one connection and trailers are not passed on in either
 * direction.
 */
export function createExchange (options: ExchangeOptions): Exchange {
  return createReadingExchange<BackendResponse>(options, null)
}

/** The same, resolving with the result of `read`; saves a promise. */
export function createReadingExchange <Answer> (
  { dispatcher: through, hosts = null, mode, gzip = true, bare = false, maxBytes = Infinity, recycle, observe }: ExchangeOptions,
  read: Read<Answer> | null
): ReturnType<typeof createStep<Answer>> {
  const dispatcher = hosts === null ? through : withHosts(through, hosts)
  const unasked: Unzip = mode === 'pass' ? 'never' : 'always'
  const asked: Unzip = mode === 'pass' ? 'when asked' : 'always'

  return createStep((request, resolve, reject) => {
    const take = read === null ? resolve as Resolve : readInto(read, request, resolve, reject)
    const asks = gzip && asksForGzip(request)
    const unzip = asks ? asked : unasked
    const receiver = mode === 'pass'
      ? new PassReceiver(request, unzip, take, reject, recycle)
      : new CollectReceiver(request, unzip, take, reject, maxBytes, bare, recycle)
    if (!receiver.start()) return
    if (observe !== undefined) receiver.observer = observe(request)
    const { body } = request
    if (body === null || Buffer.isBuffer(body)) send(dispatcher, request, body, asks, receiver)
    else if (!mayBeWhole(body)) send(dispatcher, request, new Upload(body), asks, receiver, lengthOf(body))
    // A small body arrives in the same read as its headers, so it is available one tick later.
    else if (body.readableLength === 0) process.nextTick(sendArriving, dispatcher, request, body, asks, receiver)
    else sendArriving(dispatcher, request, body, asks, receiver)
  })
}

/** Tells a client's dispatcher which hosts there are; others ignore it. */
function withHosts (dispatcher: Dispatching, hosts: HostGroup): Dispatching {
  return {
    dispatch (options, handler) {
      (options as ClientDispatchOptions).hosts = hosts
      return dispatcher.dispatch(options, handler)
    }
  }
}

function readInto <Answer> (
  read: Read<Answer>,
  request: CoreRequest,
  resolve: (answer: Answer) => void,
  reject: (error: unknown) => void
): Resolve {
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
  // A client's body has the length stated by the client, even if the endpoint does not accept the header; a Buffer has
  // its own.
  const length = announced ?? request.headers['content-length']
  if (length !== undefined && body !== null && !Buffer.isBuffer(body)) headers.push('content-length', length)
  if (receiver.observer !== null) addObserved(headers, receiver.observer)
  try {
    const { origin, address } = request
    const options: ClientDispatchOptions = {
      origin,
      path: request.target,
      method: request.method as Dispatcher.HttpMethod,
      headers: headers as string[],
      body,
      // The call has its own deadline; undici's timers would fire up to a second late.
      headersTimeout: 0,
      bodyTimeout: 0,
      // Otherwise undici closes the connection after HEAD, and after GET or DELETE with a body.
      reset: false
    }
    if (address !== null && address.origin === origin) options.address = address.address!
    dispatcher.dispatch(options, receiver)
  } catch (error) {
    receiver.onResponseError(null, error as Error)
  }
}

function addObserved (headers: (string | string[])[], { headers: added }: CallObserver): void {
  if (added === null) return
  for (let i = 0; i < added.length; i += 2) {
    const at = indexOfName(headers, added[i]!)
    if (at < 0) headers.push(added[i]!, added[i + 1]!)
    else headers[at + 1] = added[i + 1]!
  }
}

function indexOfName (headers: readonly unknown[], name: string): number {
  for (let i = 0; i < headers.length; i += 2) if (headers[i] === name) return i
  return -1
}

/** Returns the client's headers about its body, if that is sent unchanged. */
function lengthOf (body: Readable): string | undefined {
  return body instanceof IncomingMessage ? body.headers['content-length'] : undefined
}

/**
 * Go's HTTP client requests gzip itself unless the request has Accept-Encoding or Range (net/http, transport.go).
 */
export function asksForGzip ({ headers, method }: Pick<CoreRequest, 'headers' | 'method'>): boolean {
  return headers['accept-encoding'] === undefined && headers.range === undefined && method !== 'HEAD'
}
