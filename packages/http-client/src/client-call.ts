import { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Dispatcher } from 'undici'
import type { Carrier, Waiter } from './carrier.ts'
import { ClientError, type Stage } from './client-error.ts'
import { ConnectionGone } from './errors.ts'
import type { Generation } from './generation.ts'
import type { Pool } from './pool.ts'
import { followRedirect, isRedirect, readLocation, startRedirects, type Redirects } from './redirect.ts'
import type { RedirectRules } from './redirect-rules.ts'
import { collectBody, isEmptyBody, isReplayable, isStreamed, type RequestBody } from './request-body.ts'
import { dropConnectionHeaders, readFields, type RequestHeaders } from './request-headers.ts'
import { isHangup, isRefused, translateError } from './translate-error.ts'
import type { Upstream } from './upstream.ts'

/** How the calls of a dispatcher go: decided once. */
export interface CallPolicy {
  readonly followRedirects: boolean
  readonly sendBodyOnRedirect: boolean
  /** What is stricter than Go about them; null = nothing. */
  readonly redirectRules: RedirectRules | null
  /** ms from the end of the request to the headers of the answer; 0 = no limit. */
  readonly responseHeaderTimeout: number
  /** Takes each hop through interceptors; null = there are none. */
  readonly hops: Dispatcher | null
}

/** What a hop says to the call behind the interceptors. */
interface HopOptions extends Dispatcher.DispatchOptions {
  readonly isBeyond?: boolean
}

/** The older handler interface of undici, which it speaks inside. */
export interface CallHandler {
  onConnect (abort: (reason?: Error) => void, context?: unknown): void
  onHeaders (status: number, rawHeaders: Buffer[], resume: () => void, statusText: string): boolean
  onData (chunk: Buffer): boolean
  onComplete (trailers: Buffer[] | string[] | null): void
  onError (error: Error): void
  onUpgrade? (status: number, rawHeaders: Buffer[] | null, socket: Duplex): void
  onResponseStarted? (): void
  onBodySent? (chunk: Buffer): void
  onRequestSent? (): void
}

type State = 0 | 1 | 2 | 3 | 4 | 5
/** No request is on its way: the body is collected, or the next hop is due. */
const between: State = 0
/** undici has the request, and waits for the connection. */
const queued: State = 1
/** It is being sent, or was. */
const sent: State = 2
/** The caller has the headers. */
const answered: State = 3
/** The body of a redirect is read, for the connection's sake. */
const draining: State = 4
const over: State = 5

// A timer with more fires at once.
const maxTimeout = 2 ** 31 - 1
// Beyond this the body of a redirect costs more than a new connection.
const maxDrain = 256 * 1024

const late = new Error('the call was over before its connection was there')
const enough = new Error('the body of a redirect is too long to read')

/**
 * One call, from `dispatch` to its end: redirects, deadline, the one retry, counters. It is one object on purpose: to
 * undici it is both the options and the handler of every hop, so that a call allocates little else.
 */
export class ClientCall implements Waiter {
  // What undici reads as options of a request. The two on the prototype are the same for all.
  declare readonly reset: boolean
  declare readonly blocking: boolean
  path: string
  method: string
  headers: RequestHeaders
  body: RequestBody
  query: Record<string, unknown> | undefined
  readonly upgrade: Dispatcher.DispatchOptions['upgrade']

  readonly #policy: CallPolicy
  readonly #generation: Generation
  readonly #handler: CallHandler
  #origin: string
  #upstream: Upstream | null = null
  #connection: Carrier | null = null
  /** Where it waits for a connection; null = it does not. */
  #waitsAt: Pool | null = null
  #state: State = between
  #abortHop: ((error?: Error) => void) | null = null
  #timer: NodeJS.Timeout | null = null
  #headerTimer: NodeJS.Timeout | null = null
  #stopCollecting: (() => void) | null = null
  #redirects: Redirects | null = null
  /** It has been led to another origin than it began at. */
  #isBeyond: boolean
  /** The connection had served another request before this one. */
  #reused = false
  /** Something of the answer has come. */
  #started = false
  #retried = false
  #bodyless = false
  #drained = 0

  constructor (policy: CallPolicy, generation: Generation, options: HopOptions, handler: CallHandler) {
    this.#policy = policy
    this.#generation = generation
    this.#handler = handler
    this.#origin = typeof options.origin === 'string' ? options.origin : String(options.origin)
    this.path = options.path
    this.method = options.method
    this.headers = dropConnectionHeaders(options.headers)
    this.body = options.body as RequestBody
    this.query = options.query
    this.upgrade = options.upgrade
    this.#isBeyond = options.isBeyond === true
  }

  /** @param timeout ms for the whole call; 0 = as long as it takes */
  begin (timeout: number): void {
    this.#generation.enter()
    try {
      this.#handler.onConnect((reason) => { this.#abort(reason) })
    } catch (error) {
      this.#fail(error as Error)
    }
    if (this.#state === over) return
    if (timeout > 0) this.#timer = setTimeout(expire, Math.min(timeout, maxTimeout), this, timeout)
    if (this.#policy.sendBodyOnRedirect && isStreamed(this.body)) this.#collect(this.body)
    else this.#send()
  }

  /** The deadline of the call. */
  expire (timeout: number): void {
    const stage = this.#stage()
    this.#fail(new ClientError('FG_ERR_HTTP_CLIENT_DEADLINE', `no complete answer from ${this.#origin} within ${timeout} ms; the call was at: ${stage}`, { stage }))
  }

  /** The response_header_timeout of a hop. */
  expireHeaders (timeout: number): void {
    this.#fail(new ClientError('FG_ERR_HTTP_CLIENT_HEADER_TIMEOUT', `no answer from ${this.#origin} within the response header timeout of ${timeout} ms`))
  }

  /** Sends the next hop of a redirect. */
  proceed (): void {
    if (this.#state === between) this.#send()
  }

  /** Sends the hop. */
  ride (carrier: Carrier): void {
    this.#waitsAt = null
    this.#connection = carrier
    carrier.client.dispatch(this, this)
  }

  onConnect (abort: (error?: Error) => void): void {
    // Thrown here an error takes the request out of undici's queue, and the connection stays.
    if (this.#state === over) throw late
    this.#abortHop = abort
    this.#state = sent
    this.#started = false
    this.#reused = this.#connection !== null && this.#connection.use()
  }

  onBodySent (chunk: Buffer): void {
    this.#handler.onBodySent?.(chunk)
  }

  onRequestSent (): void {
    const { responseHeaderTimeout } = this.#policy
    if (responseHeaderTimeout > 0 && this.#state === sent) this.#headerTimer = setTimeout(expireHeaders, responseHeaderTimeout, this, responseHeaderTimeout)
    this.#handler.onRequestSent?.()
  }

  onResponseStarted (): void {
    this.#started = true
    this.#handler.onResponseStarted?.()
  }

  onHeaders (status: number, rawHeaders: Buffer[], resume: () => void, statusText: string): boolean {
    if (status < 200) return this.#handler.onHeaders(status, rawHeaders, resume, statusText)
    if (this.#headerTimer !== null) this.#stopHeaderTimer()
    if (status > 300 && status < 309 && this.#turn(status, rawHeaders)) return true
    this.#state = answered
    return this.#handler.onHeaders(status, rawHeaders, resume, statusText)
  }

  onData (chunk: Buffer): boolean {
    if (this.#state !== draining) return this.#handler.onData(chunk)
    this.#drained += chunk.length
    if (this.#drained > maxDrain) this.#abortHop!(enough)
    return true
  }

  onComplete (trailers: Buffer[] | string[] | null): void {
    this.#leaveConnection(true)
    if (this.#state === draining) {
      this.#continue()
      return
    }
    this.#finish()
    this.#handler.onComplete(trailers)
  }

  onUpgrade (status: number, rawHeaders: Buffer[] | null, socket: Duplex): void {
    // Until it closes, the connection keeps its generation.
    this.#generation.enter()
    socket.once('close', () => { this.#generation.leave() })
    this.#leaveConnection(false)
    this.#finish()
    this.#handler.onUpgrade!(status, rawHeaders, socket)
  }

  onError (error: Error): void {
    const wasSent = this.#abortHop !== null
    // An error before the request was sent leaves the connection as it was, if there is one.
    this.#leaveConnection(!wasSent)
    if (this.#state === over) return
    if (error instanceof ConnectionGone) {
      this.#wait(true)
      return
    }
    if (this.#headerTimer !== null) this.#stopHeaderTimer()
    if (this.#state === draining) this.#continue()
    else if (this.#bodyless && this.#state === answered && isLengthMismatch(error)) this.onComplete([])
    else if (wasSent && this.#mayRetry(error)) this.#retry()
    else this.#fail(translateError(error, { origin: this.#origin, answered: this.#state === answered, streaming: isStreamed(this.body) }))
  }

  #send (): void {
    try {
      const upstream = this.#upstream = this.#isBeyond ? this.#generation.findBeyond(this.#origin) : this.#generation.find(this.#origin)
      if (upstream.prefix !== null && this.#policy.hops === null) {
        this.path = upstream.prefix + this.path
        this.headers = upstream.writeProxyHeaders(this.headers)
      }
    } catch (error) {
      this.#fail(error as Error)
      return
    }
    this.#write(false)
  }

  /** @param fresh on a new connection */
  #write (fresh: boolean): void {
    const upstream = this.#upstream!
    const { hops } = this.#policy
    this.#state = queued
    upstream.counters.requests++
    if (hops !== null) {
      const { path, method, headers, body, query, upgrade } = this
      hops.dispatch({ origin: upstream.origin, path, method, headers, body, query, upgrade, isBeyond: this.#isBeyond } as HopOptions, this as unknown as Dispatcher.DispatchHandler)
      return
    }
    const carrier = fresh ? null : upstream.pool.take()
    if (carrier === null) this.#wait(fresh)
    else this.ride(carrier)
  }

  #wait (fresh: boolean): void {
    const { pool } = this.#upstream!
    this.#waitsAt = pool
    pool.wait(this, fresh)
  }

  /** Takes a redirect up, if it is one to follow; false = it is the answer. */
  #turn (status: number, rawHeaders: Buffer[]): boolean {
    this.#bodyless = status === 304
    const { followRedirects, sendBodyOnRedirect, redirectRules } = this.#policy
    if (!followRedirects || !isRedirect(status)) return false
    const location = readLocation(rawHeaders)
    if (location === '') return false
    const hasBody = this.#redirects === null ? !isEmptyBody(this.body) : this.#redirects.hasBody
    if (status >= 307 && hasBody && !(sendBodyOnRedirect && (this.body == null || isReplayable(this.body)))) return false
    const upstream = this.#upstream!
    const path = this.path.slice(this.#policy.hops === null ? upstream.prefix?.length ?? 0 : 0)
    this.#redirects ??= startRedirects(this.#origin, path, this.method, this.headers, hasBody, redirectRules)
    try {
      const hop = followRedirect(this.#redirects, status, location)
      upstream.counters.redirects++
      this.#origin = hop.origin
      this.#isBeyond = hop.isBeyond
      this.path = hop.path
      this.method = hop.method
      this.headers = hop.headers
      this.query = undefined
      if (!hop.withBody) this.body = null
      this.#drained = 0
      this.#state = draining
    } catch (error) {
      this.#fail(error as Error)
    }
    return true
  }

  /** Goes on to the next hop after a turn of the event loop: undici has the connection free only then. */
  #continue (): void {
    this.#state = between
    setImmediate(proceed, this)
  }

  /** As Go: a kept connection may be closed by the server at any moment, and a request that got nothing can go again. */
  #mayRetry (error: Error): boolean {
    if (this.#started || this.#retried) return false
    if (isRefused(error)) return isEmptyBody(this.body) || isReplayable(this.body)
    return this.#reused && isEmptyBody(this.body) && isHangup(error) && isRepeatable(this.method, this.headers)
  }

  #retry (): void {
    this.#retried = true
    this.#upstream!.counters.retries++
    this.#write(true)
  }

  #collect (body: Parameters<typeof collectBody>[0]): void {
    this.#stopCollecting = collectBody(body, (error, whole) => {
      this.#stopCollecting = null
      if (error) {
        this.#fail(translateError(error, { origin: this.#origin, answered: false, streaming: true }))
        return
      }
      this.body = whole
      this.#send()
    })
  }

  #abort (reason: Error = new ClientError('FG_ERR_HTTP_CLIENT_ABORTED', 'the call was aborted', { stage: this.#stage() })): void {
    this.#fail(reason)
  }

  #fail (error: Error): void {
    if (this.#state === over) return
    const unsent = this.#state === queued || this.#state === between
    this.#finish()
    this.#upstream?.fail(error instanceof ClientError ? error.code : 'FG_ERR_HTTP_CLIENT_ABORTED')
    this.#stopCollecting?.()
    if (unsent) dropBody(this.body)
    if (this.#waitsAt !== null) this.#waitsAt.leave(this)
    this.#abortHop?.(error)
    this.#handler.onError(error)
  }

  #finish (): void {
    this.#state = over
    if (this.#timer !== null) clearTimeout(this.#timer)
    if (this.#headerTimer !== null) this.#stopHeaderTimer()
    this.#generation.leave()
  }

  #leaveConnection (reusable: boolean): void {
    const connection = this.#connection
    this.#connection = null
    this.#abortHop = null
    if (connection !== null) connection.release(reusable)
  }

  #stopHeaderTimer (): void {
    clearTimeout(this.#headerTimer!)
    this.#headerTimer = null
  }

  /** What the call waits for. */
  #stage (): Stage {
    switch (this.#state) {
      case queued: return this.#waitsAt?.findStage(this) ?? 'request'
      case sent: return 'headers'
      case answered: return 'body'
      default: return this.#redirects === null ? 'request' : 'redirect'
    }
  }
}

// A HEAD, and a body that its method does not call for, would close the connection; there is never a second request that
// would have to wait for this one's headers.
Object.assign(ClientCall.prototype, { reset: false, blocking: false })

function expire (call: ClientCall, timeout: number): void { call.expire(timeout) }

function expireHeaders (call: ClientCall, timeout: number): void { call.expireHeaders(timeout) }

function proceed (call: ClientCall): void { call.proceed() }

/** net/http/request.go, `isReplayable`. */
function isRepeatable (method: string, headers: RequestHeaders): boolean {
  switch (method) {
    case 'GET': case 'HEAD': case 'OPTIONS': case 'TRACE': return true
    default: return readFields(headers).some(([name]) => name === 'idempotency-key' || name === 'x-idempotency-key')
  }
}

/** undici waits for the body that a 304's Content-Length speaks of, though there is none (RFC 9110, 8.6). */
function isLengthMismatch (error: NodeJS.ErrnoException): boolean {
  return error.code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH'
}

/** Ends a stream that nobody will read. A server's request is left alone: its connection still carries the answer. */
function dropBody (body: RequestBody): void {
  if (isStreamed(body) && !(body instanceof IncomingMessage)) (body as { destroy?: () => void }).destroy?.()
}
