import type { Duplex, Readable } from 'node:stream'
import type { Dispatcher } from 'undici'
import { gatherFields } from './answer-headers.ts'
import type { CallHandler } from './call-handler.ts'
import type { DialTimes, HopTransport, HopRequest, Waiter } from './hop-transport.ts'
import { ClientError, type ClientErrorReason, type Stage } from './client-error.ts'
import { isObserved, ObservedRequest } from './diagnostics.ts'
import type { Generation } from '../connections/generation.ts'
import type { Attempts, NextAttempt } from '../hosts/attempts.ts'
import { type Addressed, nameHost, readdress } from '../hosts/host.ts'
import type { HostGroup } from '../hosts/host-group.ts'
import type { HostHealth, HostState } from '../hosts/host-health.ts'
import { HopHandler } from './hop-handler.ts'
import type { Pool } from '../connections/pool.ts'
import { followRedirect, isRedirect, readLocation, startRedirects, type Redirects } from './redirect.ts'
import type { RedirectRules } from './redirect-rules.ts'
import type { RetryCause } from '@floodgate/settings'
import {
  collectBody, dropBody, isEmptyBody, isReplayable, isStreamed, maxRepeatedBody, toReadable, watchBody,
  type RequestBody
} from './request-body.ts'
import { dropConnectionHeaders, readFields, readLength, type RequestHeaders } from './request-headers.ts'
import { isHangup, isRefused, translateError } from './translate-error.ts'
import type { Upstream } from '../connections/upstream.ts'

/** How the calls of a dispatcher go: decided once. */
export interface CallPolicy {
  readonly followRedirects: boolean
  readonly sendBodyOnRedirect: boolean
  /** Rules for redirects that are stricter than Go's; null = none. */
  readonly redirectRules: RedirectRules | null
  /** ms from the end of the request to the headers of the answer; 0 = no limit. */
  readonly responseHeaderTimeout: number
  /** ms for a whole call whose caller sets no other time; 0 = no limit. */
  readonly timeout: number
  /** Takes note of how calls to hosts end; null = failures take no host out. */
  readonly health: HostHealth | null
  /** Takes each hop through interceptors; null = there are none. */
  readonly hops: Dispatcher | null
}

/** Events of a hop for the call behind the interceptors. */
interface HopOptions extends Dispatcher.DispatchOptions {
  readonly servername?: string | null
  readonly address?: string | null
  readonly isBeyond?: boolean
  readonly hosts?: HostGroup | null
}

type State = 0 | 1 | 2 | 3 | 4 | 5 | 6
/** No request is on its way: the body is collected, or the next hop is due. */
const between: State = 0
/** It waits for a connection. */
const queued: State = 1
/** It is being sent, or was. */
const sent: State = 2
/** The caller has the headers. */
const answered: State = 3
/** The body of a redirect is read, for the connection's sake. */
const draining: State = 4
const over: State = 5
/** The handler is being given the socket. */
const upgrading: State = 6

// A timer with more fires at once.
const maxTimeout = 2 ** 31 - 1
/**
 * What `headersTimeout` has beyond its time, as a part of it and in ms at least: a server that measures the same time
 * begins when it has the request, and what it sends at the end of that is in time. (undici's own timers are up to a
 * second late.)
 */
const grace = 1 / 20
const leastGrace = 20
// Beyond this the body of a redirect costs more than a new connection.
const maxDrain = 256 * 1024
/** Failures in which nothing of the request was sent, and which another host may not have. */
const unsentReasons: ReadonlySet<string> = new Set<ClientErrorReason>([
  'FG_ERR_HTTP_CLIENT_DNS',
  'FG_ERR_HTTP_CLIENT_DIAL',
  'FG_ERR_HTTP_CLIENT_DIAL_TIMEOUT',
  'FG_ERR_HTTP_CLIENT_PROXY_REFUSED',
  'FG_ERR_HTTP_CLIENT_PROXY_PROTOCOL',
  'FG_ERR_HTTP_CLIENT_TLS',
  'FG_ERR_HTTP_CLIENT_CERTIFICATE',
  'FG_ERR_HTTP_CLIENT_PINNED_KEY'
])
/** Failures that are the host's. */
const hostReasons: ReadonlySet<string> = new Set<ClientErrorReason>([
  ...unsentReasons as Set<ClientErrorReason>,
  'FG_ERR_HTTP_CLIENT_HEADER_TIMEOUT',
  'FG_ERR_HTTP_CLIENT_HANGUP',
  'FG_ERR_HTTP_CLIENT_BAD_RESPONSE'
])
/** Failures after which a request may be repeated. */
const causes: Partial<Record<ClientErrorReason, RetryCause>> = {
  FG_ERR_HTTP_CLIENT_HANGUP: 'hangup',
  FG_ERR_HTTP_CLIENT_HEADER_TIMEOUT: 'timeout'
}
/** How long the rest of an answer is read before the request is repeated, for the connection's sake, in ms. */
const maxDrainTime = 100
/** So many earlier attempts are named in the error of a call. */
const maxFormer = 3
/** Connections that are lost under a call before it is sent. It is not the call's fault, but the number must be limited. */
const maxGone = 10

const enough = new Error('the body of a redirect is too long')
const noHeaders = Object.freeze(Object.create(null)) as Record<string, string>

/**
 * One call, from `dispatch` to its end: redirects, deadline, the one retry, counters. It is one object on purpose: what
 * a connection sends and tells of an answer, and the controller of the caller's handler, so that a call allocates
 * little else.
 */
export class ClientCall implements Waiter, HopRequest, Dispatcher.DispatchController {
  path: string
  method: string
  headers: RequestHeaders
  body: RequestBody
  query: Record<string, unknown> | undefined
  host = ''
  readonly upgrade: Dispatcher.DispatchOptions['upgrade']
  readonly reset: boolean

  aborted = false
  paused = false
  reason: Error | null = null
  rawHeaders: any = null
  rawTrailers: any = null
  /** To a handler of ours: `onReadEnd` comes. */
  declare readonly reportsReads: true

  readonly #policy: CallPolicy
  readonly #generation: Generation
  readonly #handler: CallHandler
  readonly #headersTimeout: number
  readonly #bodyTimeout: number
  /** Hosts that can serve the call in place of each other; null = there are none. */
  readonly #hosts: HostGroup | null
  /** Where it was sent; null = everything went well so far. */
  #attempts: Attempts | null = null
  /** What happened at the hosts before the last one. */
  #former: string[] | null = null
  /** Status of the answer that it is repeated after. */
  #answer = 0
  /** Where it goes once the rest of an answer is read; null = there is no such answer. */
  #next: NextAttempt | null = null
  #repeatTimer: NodeJS.Timeout | null = null
  /** Where it counts as a running request; null = nowhere. */
  #running: HostState | null = null
  /** The request was sent completely: what takes time then is the host. */
  #isSent = false
  /** The request before a proxy's prefix and credentials were added; null = they were not. */
  #unprefixed: Addressed | null = null
  #origin: string
  /** What the caller takes the server at that origin for; null = its host. */
  #servername: string | null
  /** IP address to connect to at that origin; null = what its host leads to. */
  #address: string | null
  #upstream: Upstream | null = null
  #transport: HopTransport | null = null
  /** Where it waits for a connection; null = it does not. */
  #waitsAt: Pool | null = null
  /** The request as it is published; null = there is no subscriber. */
  #observed: ObservedRequest | null = null
  #state: State = between
  #timer: NodeJS.Timeout | null = null
  #headerTimer: NodeJS.Timeout | null = null
  #bodyTimer: NodeJS.Timeout | null = null
  #stopCollecting: (() => void) | null = null
  #redirects: Redirects | null = null
  /** A redirect has led to another origin. */
  #isBeyond: boolean
  /** The connection had served another request before this one. */
  #reused = false
  #retried = false
  #gone = 0
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
    this.reset = options.reset === true
    this.#isBeyond = options.isBeyond === true
    this.#servername = options.servername || null
    this.#address = options.address || null
    this.#headersTimeout = shorter(
      policy.responseHeaderTimeout,
      policy.hops === null ? extend(options.headersTimeout) : options.headersTimeout || 0
    )
    this.#bodyTimeout = options.bodyTimeout || 0
    this.#hosts = options.hosts ?? null
  }

  /** @param timeout ms for the whole call; 0 = as long as it takes */
  begin (timeout: number): void {
    this.#generation.enter()
    try {
      this.#handler.onRequestStart!(this, undefined)
    } catch (error) {
      this.#fail(error as Error)
    }
    if (this.#state === over) return
    if (timeout > 0) this.#timer = setTimeout(expire, Math.min(timeout, maxTimeout), this, timeout)
    if (this.#hosts !== null && this.#policy.hops === null) this.#hosts.budget?.count()
    if (isStreamed(this.body)) {
      if ((this.#policy.sendBodyOnRedirect || this.#mayRepeat()) && readLength(this.headers) <= maxRepeatedBody) {
        this.#collect(toReadable(this.body))
        return
      }
      watchBody(this.body, (error) => { this.#failBody(error) })
    }
    this.#send()
  }

  // The controller of the caller's handler.

  abort (reason?: Error): void {
    if (this.aborted || this.#state === over) return
    this.aborted = true
    this.reason = reason ?? new ClientError('FG_ERR_HTTP_CLIENT_ABORTED', 'the call was aborted', { stage: this.#stage() })
    if (this.#state !== upgrading) this.#fail(this.reason)
  }

  pause (): void {
    this.paused = true
    if (this.#state === answered) this.#transport?.pause()
  }

  resume (): void {
    if (!this.paused) return
    this.paused = false
    if (this.#state === answered) {
      this.#bodyTimer?.refresh()
      this.#transport?.resume()
    }
  }

  /** The deadline of the call. */
  expire (timeout: number): void {
    const stage = this.#stage()
    this.#fail(
      new ClientError(
        'FG_ERR_HTTP_CLIENT_DEADLINE',
        `no complete response from ${this.#where} within ${timeout} ms; the call was in phase ${stage}`,
        { stage }
      )
    )
  }

  /** The response_header_timeout of a hop, or the headersTimeout of the request. */
  expireHeaders (timeout: number): void {
    const error = new ClientError(
      'FG_ERR_HTTP_CLIENT_HEADER_TIMEOUT',
      `no response from ${this.#where} within ${timeout === this.#policy.responseHeaderTimeout ? 'the response header timeout of ' : ''}${timeout} ms`
    )
    this.#headerTimer = null
    this.#failSent(error)
  }

  /** The bodyTimeout of the request. */
  expireBody (timeout: number): void {
    // It is the reader who takes the time.
    if (this.paused) this.#bodyTimer?.refresh()
    else {
      // Only callers of undici's world set it, and reply-from shows the message to clients: undici's words, and no host.
      const cause = new Error(`nothing more of the body came from ${this.#where} within ${timeout} ms`)
      this.#fail(new ClientError('FG_ERR_HTTP_CLIENT_BODY_TIMEOUT', 'Body Timeout Error', { cause }))
    }
  }

  // What the pool says.

  start (transport: HopTransport): void {
    this.#waitsAt = null
    if (this.#observed !== null) transport = this.#observed.over(transport)
    this.#transport = transport
    transport.send(this)
  }

  onDialled (dial: DialTimes): void {
    this.#handler.onDialled?.(dial)
  }

  onError (error: Error): void {
    this.#waitsAt = null
    const translated = translateError(error, this.#situation())
    if (translated instanceof ClientError && unsentReasons.has(translated.reason)) this.#failUnsent(translated)
    else this.#fail(translated)
  }

  // What the transport says.

  onSending (isReused: boolean): void {
    this.#state = sent
    this.#isSent = false
    this.#reused = isReused
  }

  onSent (): void {
    this.#isSent = true
    if (this.#headersTimeout > 0 && this.#state === sent && this.#policy.hops === null) {
      this.#headerTimer = setTimeout(expireHeaders, Math.min(this.#headersTimeout, maxTimeout), this, this.#headersTimeout)
    }
    this.#handler.onRequestSent?.()
  }

  onInterim (status: number, fields: string[], statusText: string): void {
    this.rawHeaders = fields
    this.#tellHead(status, fields, statusText)
  }

  onHead (status: number, fields: string[], statusText: string): void {
    if (this.#headerTimer !== null) this.#stopHeaderTimer()
    this.#policy.health?.noteStatus(this.#upstream!.key, status)
    if (status > 499) this.#upstream!.failWith(status)
    if (status > 300 && status < 309 && this.#turn(status, fields)) return
    if (this.#hosts !== null && this.#repeats(status)) return
    this.#state = answered
    this.rawHeaders = fields
    if (this.#bodyTimeout > 0) this.#bodyTimer = setTimeout(expireBody, Math.min(this.#bodyTimeout, maxTimeout), this, this.#bodyTimeout)
    if (this.paused) this.#transport?.pause()
    const handler = this.#handler
    handler.onResponseStarted?.()
    this.#tellHead(status, fields, statusText)
    if (handler.onReadEnd !== undefined && this.#transport?.reportsReads === false) process.nextTick(endRead, this)
  }

  onBody (chunk: Buffer): void {
    if (this.#state !== draining) {
      this.#bodyTimer?.refresh()
      try {
        this.#handler.onResponseData?.(this, chunk)
      } catch (error) {
        this.#fail(error as Error)
      }
      return
    }
    this.#drained += chunk.length
    if (this.#drained <= maxDrain) return
    const transport = this.#transport!
    this.#transport = null
    transport.cancel(enough)
    this.#continue()
  }

  onReadEnd (): void {
    if (this.#state === answered) this.#handler.onReadEnd?.(this)
  }

  onEnd (trailers: readonly string[]): void {
    this.#transport = null
    if (this.#state === draining) {
      this.#continue()
      return
    }
    this.#finish()
    this.rawTrailers = trailers
    try {
      this.#handler.onResponseEnd?.(this, this.#handler.readsRawHeaders || trailers.length === 0 ? noHeaders : gatherFields(trailers))
    } catch (error) {
      this.#tellError(error as Error)
    }
  }

  onUpgrade (status: number, fields: string[], socket: Duplex): void {
    // Until it closes, the connection keeps its generation.
    this.#generation.enter()
    socket.once('close', () => { this.#generation.leave() })
    this.#transport = null
    this.#finish()
    this.#state = upgrading
    this.rawHeaders = fields
    try {
      if (this.#handler.onRequestUpgrade === undefined) throw new Error('the handler does not support upgrades')
      this.#handler.onRequestUpgrade(this, status, gatherFields(fields), socket)
      // As undici: a handler may refuse what it is given.
      if (this.reason !== null) throw this.reason
    } catch (error) {
      socket.on('error', () => {}).destroy()
      this.#tellError(error as Error)
    }
    this.#state = over
  }

  onGone (): void {
    this.#transport = null
    if (++this.#gone > maxGone) {
      this.#failUnsent(
        new ClientError('FG_ERR_HTTP_CLIENT_HANGUP', `${this.#where} closes its connections before a request is sent: check its log`)
      )
    } else this.#wait(true)
  }

  onFailure (error: Error, hasBegun: boolean): void {
    this.#transport = null
    if (this.#headerTimer !== null) this.#stopHeaderTimer()
    if (this.#state === draining) this.#continue()
    else if (this.#mayRetry(error, hasBegun)) this.#retry()
    else this.#failSent(translateError(error, this.#situation()))
  }

  /** Sends the next hop of a redirect, or to the next host. */
  proceed (): void {
    if (this.#state === between) this.#send()
  }

  /** The rest of an answer takes too long: another connection costs less. */
  stopDraining (): void {
    if (this.#state !== draining) return
    this.#transport?.cancel(enough)
    this.#transport = null
    this.#continue()
  }

  #tellHead (status: number, fields: string[], statusText: string): void {
    const handler = this.#handler
    try {
      handler.onResponseStart?.(this, status, handler.readsRawHeaders === true ? noHeaders : gatherFields(fields), statusText)
    } catch (error) {
      this.#fail(error as Error)
    }
  }

  /** An error of the handler's error callback cannot be reported elsewhere; it must not affect the connection. */
  #tellError (error: Error): void {
    try {
      this.#handler.onResponseError?.(this, error)
    } catch (thrown) {
      queueMicrotask(() => { throw thrown })
    }
  }

  #send (): void {
    try {
      const upstream = this.#upstream = this.#isBeyond
        ? this.#generation.findBeyond(this.#origin)
        : this.#generation.find(this.#origin, this.#servername, this.#address)
      this.host = upstream.host
      if (this.#hosts?.counts === true && this.#redirects === null && this.#policy.hops === null) {
        this.#running = this.#hosts.begin(upstream.key)
      }
      if (upstream.prefix !== null && this.#policy.hops === null) {
        if (this.#hosts !== null) this.#unprefixed = { path: this.path, headers: this.headers }
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
      this.#goThrough(hops, upstream.origin)
      return
    }
    this.#observed = isObserved() ? new ObservedRequest(this, upstream.origin) : null
    const transport = fresh ? null : upstream.pool.take()
    if (transport === null) this.#wait(fresh)
    else this.start(transport)
  }

  #goThrough (hops: Dispatcher, origin: string): void {
    const { path, method, headers, body, query, upgrade, reset } = this
    const hop = new HopHandler(this)
    this.#transport = hop
    try {
      hops.dispatch(
        {
          origin,
          path,
          method,
          headers,
          body,
          query,
          upgrade,
          reset,
          headersTimeout: this.#headersTimeout,
          servername: this.#servername,
          address: this.#address,
          isBeyond: this.#isBeyond,
          hosts: this.#redirects === null ? this.#hosts : null
        } as HopOptions,
        hop
      )
    } catch (error) {
      if (this.#transport === hop) this.onFailure(error as Error, false)
    }
  }

  #wait (fresh: boolean): void {
    const { pool } = this.#upstream!
    this.#state = queued
    this.#waitsAt = pool
    pool.wait(this, fresh)
  }

  /** Takes a redirect up, if it is one to follow; false = it is the answer. */
  #turn (status: number, fields: readonly string[]): boolean {
    const { followRedirects, sendBodyOnRedirect, redirectRules } = this.#policy
    if (!followRedirects || !isRedirect(status)) return false
    const location = readLocation(fields)
    if (location === '') return false
    const hasBody = this.#redirects === null ? !isEmptyBody(this.body) : this.#redirects.hasBody
    if (status >= 307 && hasBody && !(sendBodyOnRedirect && (this.body == null || isReplayable(this.body)))) return false
    const upstream = this.#upstream!
    const path = this.path.slice(this.#policy.hops === null ? upstream.prefix?.length ?? 0 : 0)
    this.#redirects ??= startRedirects(this.#origin, path, this.method, this.headers, hasBody, redirectRules)
    try {
      const hop = followRedirect(this.#redirects, status, location)
      upstream.counters.redirects++
      if (hop.origin !== this.#origin) this.#servername = this.#address = null
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

  /** Goes on to the next hop after a turn of the event loop: out of the reading of this one. */
  #continue (): void {
    const next = this.#next
    this.#state = between
    if (next === null) setImmediate(proceed, this)
    else {
      this.#next = null
      this.#moveOn(next, null)
    }
  }

  /** As Go: a kept connection may be closed by the server at any moment, and a request that got nothing can go again. */
  #mayRetry (error: Error, hasBegun: boolean): boolean {
    if (this.#state !== sent || hasBegun || this.#retried || this.#policy.hops !== null) return false
    if (isRefused(error)) return isEmptyBody(this.body) || isReplayable(this.body)
    return this.#reused && isEmptyBody(this.body) && isHangup(error) && isRepeatable(this.method, this.headers)
  }

  #retry (): void {
    this.#retried = true
    this.#upstream!.counters.retries++
    this.#write(true)
  }

  /** Goes on with another host, if there is one. */
  #failUnsent (error: ClientError): void {
    const next = this.#findNext('dial')
    if (next === null) this.#fail(error)
    else this.#moveOn(next, error)
  }

  /** Sends the request once more, if it may be. */
  #failSent (error: Error): void {
    const cause = error instanceof ClientError && this.#state === sent ? causes[error.reason] : undefined
    const next = cause === undefined ? null : this.#findNext(cause)
    if (next === null) {
      this.#fail(error)
      return
    }
    this.#transport?.cancel(error)
    this.#transport = null
    this.#moveOn(next, error)
  }

  /** Takes an answer for a failure, if its status is one to repeat the request after; false = it is the answer. */
  #repeats (status: number): boolean {
    const next = this.#hosts!.retriesOn(status) ? this.#findNext(status) : null
    if (next === null) return false
    this.#answer = status
    this.#next = next
    this.#drained = 0
    this.#state = draining
    this.#repeatTimer = setTimeout(stopDraining, maxDrainTime, this)
    return true
  }

  /** What follows a failure; null = it is the result of the call. */
  #findNext (cause: RetryCause): NextAttempt | null {
    const hosts = this.#hosts
    if (hosts === null || this.#redirects !== null || this.#policy.hops !== null || this.#state === over) return null
    this.#attempts ??= hosts.attempt(this.#origin, this.#address, (this.#unprefixed ?? this).path)
    return this.#attempts?.next(cause, this.#mayRepeat() && (isEmptyBody(this.body) || isReplayable(this.body))) ?? null
  }

  /** The request is one that may be sent again after it was sent, if its body can be. */
  #mayRepeat (): boolean {
    return this.#hosts !== null && this.#hosts.retry !== null && this.#policy.hops === null && isIdempotent(this.method, this.headers)
  }

  /** Leaves a host for the next one, with the request as it was. */
  #moveOn ({ from, to, delay, isFailover }: NextAttempt, error: Error | null): void {
    const { counters } = this.#upstream!
    counters[isFailover ? 'failovers' : 'repeats']++
    this.#former = [...this.#former ?? [], error === null ? `${this.#where} answered ${this.#answer}` : firstClause(error.message)]
    if (error !== null) {
      this.#noteFailure(error)
      this.#upstream!.fail(reasonOf(error))
      this.#observed?.fail(error)
    }
    this.#stopRepeatTimer()
    this.#stopRunning()
    const { path, headers } = readdress(this.#unprefixed ?? this, from, to)
    this.path = path
    this.headers = headers
    this.#unprefixed = null
    this.#origin = to.origin
    this.#address = to.address ?? null
    this.#retried = false
    this.#gone = 0
    this.#state = between
    if (delay === 0) setImmediate(proceed, this)
    else this.#repeatTimer = setTimeout(proceed, delay, this)
  }

  /** Tells the health of the host what kept it from answering, if that was the host. */
  #noteFailure (error: Error): void {
    const { health } = this.#policy
    if (health === null || this.#upstream === null) return
    const isHosts = isDeadline(error)
      ? this.#state === sent ? this.#isSent : this.#state === queued && this.#stage() !== 'queue'
      : (this.#state === queued || this.#state === sent) && error instanceof ClientError && hostReasons.has(error.reason)
    if (isHosts) health.noteFailure(this.#upstream.key, error.message)
  }

  /**
   * Holds the body for the targets of redirects and for repetitions; one that is too long goes on as a stream, a 307 or
   * 308 is its answer, and it is not repeated.
   */
  #collect (body: Readable): void {
    this.body = body
    this.#stopCollecting = collectBody(body, (error, held) => {
      this.#stopCollecting = null
      if (error) {
        this.#fail(translateError(error, { origin: this.#where, answered: false, streaming: true }))
        return
      }
      this.body = held
      if (isStreamed(held)) watchBody(held, (error) => { this.#failBody(error) })
      this.#send()
    })
  }

  /** The stream of the body failed, before or while it was sent. */
  #failBody (error: Error): void {
    if (this.#state === queued || this.#state === sent || (this.#state === between && this.#redirects === null)) {
      this.#fail(
        new ClientError('FG_ERR_HTTP_CLIENT_UPLOAD', `the body of the request could not be read: ${error.message}`, { cause: error })
      )
    }
  }

  #fail (error: Error): void {
    if (this.#state === over) return
    if (this.#policy.health !== null) this.#noteFailure(error)
    const unsent = this.#state === queued || this.#state === between
    if (this.#former !== null && error !== this.reason) error = addFormer(error, this.#former)
    this.#finish()
    this.#upstream?.fail(reasonOf(error))
    this.#stopCollecting?.()
    if (this.#waitsAt !== null) this.#waitsAt.leave(this)
    const transport = this.#transport
    this.#transport = null
    transport?.cancel(error)
    this.#observed?.fail(error)
    if (unsent) dropBody(this.body)
    this.#tellError(error)
  }

  #finish (): void {
    this.#state = over
    if (this.#timer !== null) clearTimeout(this.#timer)
    if (this.#bodyTimer !== null) clearTimeout(this.#bodyTimer)
    if (this.#headerTimer !== null) this.#stopHeaderTimer()
    if (this.#repeatTimer !== null) this.#stopRepeatTimer()
    this.#stopRunning()
    this.#generation.leave()
  }

  #stopRunning (): void {
    if (this.#running === null) return
    this.#running.running--
    this.#running = null
  }

  #stopRepeatTimer (): void {
    clearTimeout(this.#repeatTimer ?? undefined)
    this.#repeatTimer = null
  }

  #stopHeaderTimer (): void {
    clearTimeout(this.#headerTimer!)
    this.#headerTimer = null
  }

  #situation (): Parameters<typeof translateError>[1] {
    return { origin: this.#where, answered: this.#state === answered, streaming: isStreamed(this.body) }
  }

  get #where (): string { return nameHost(this.#origin, this.#address) }

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

function reasonOf (error: Error): ClientErrorReason {
  return error instanceof ClientError ? error.reason : 'FG_ERR_HTTP_CLIENT_ABORTED'
}

/** Adds what happened at other hosts before. The error itself may be that of other calls too. */
function addFormer (error: Error, former: readonly string[]): Error {
  if (!(error instanceof ClientError)) return error
  const { reason, message, cause, stage, proxyStatus } = error
  const details = { ...cause !== undefined && { cause }, stage, ...proxyStatus !== null && { proxyStatus } }
  return new ClientError(reason, `${message} (before that: ${former.slice(-maxFormer).join('; ')})`, details)
}

function firstClause (message: string): string {
  return message.split(';', 1)[0]!
}

/** A headersTimeout with its grace; 0 = none. */
function extend (timeout: number | null | undefined): number {
  return timeout ? timeout + Math.max(timeout * grace, leastGrace) : 0
}

/** The shorter one of two times of which 0 is none. */
function shorter (a: number, b: number): number {
  return a === 0 || (b !== 0 && b < a) ? b : a
}

function expire (call: ClientCall, timeout: number): void { call.expire(timeout) }

function expireHeaders (call: ClientCall, timeout: number): void { call.expireHeaders(timeout) }

function expireBody (call: ClientCall, timeout: number): void { call.expireBody(timeout) }

function endRead (call: ClientCall): void { call.onReadEnd() }

function proceed (call: ClientCall): void { call.proceed() }

function stopDraining (call: ClientCall): void { call.stopDraining() }

Object.assign(ClientCall.prototype, { reportsReads: true })

/** net/http/request.go, `isReplayable`. */
function isRepeatable (method: string, headers: RequestHeaders): boolean {
  switch (method) {
    case 'GET': case 'HEAD': case 'OPTIONS': case 'TRACE': return true
    default: return readFields(headers).some(([name]) => name === 'idempotency-key' || name === 'x-idempotency-key')
  }
}

/** RFC 9110, 9.2.2. */
function isIdempotent (method: string, headers: RequestHeaders): boolean {
  return method === 'PUT' || method === 'DELETE' || isRepeatable(method, headers)
}

/** The deadline of the call, of its caller's request, or of a signal. */
function isDeadline (error: Error & { code?: unknown, reason?: unknown }): boolean {
  return error.reason === 'FG_ERR_HTTP_CLIENT_DEADLINE' || error.code === 'FG_ERR_DEADLINE' || error.name === 'TimeoutError'
}
