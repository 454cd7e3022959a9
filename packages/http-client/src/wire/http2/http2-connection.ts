import http2, { type ClientHttp2Session, type Settings } from 'node:http2'
import type { TLSSocket } from 'node:tls'
import { timerTime } from '@floodgate/go/duration'
import { Http2Exchange, type StreamOwner } from './http2-exchange.ts'
import type { DialContext } from '../../dial/dial.ts'
import { chooseEnd } from '../connection.ts'
import { maxHeadLength } from '../head-reader.ts'

// How much a stream may receive before it is read: less slows down connections with high latency, more costs memory per
// slow client.
const streamWindow = 256 * 1024
// The connection's own window is given back as soon as bytes arrive, so that no stream waits for another's reader.
const connectionWindow = 1024 * 1024
// MB. Node refuses new streams beyond it.
const maxSessionMemory = 256
// A server that does not answer a ping within it is gone.
const pingTimeout = 5000

/** What keeps the connection: a pool of calls that share connections. */
export interface SharingOwner {
  readonly origin: string
  readonly counters: { opened: number, open: number, reused: number }
  readonly context: Pick<DialContext, 'transport' | 'maxAge'> & { idle: number }
  /** Whether another connection may wait for a request. */
  readonly hasRoomForIdle: boolean
  countTlsAlert (error: NodeJS.ErrnoException): void
  /** A connection closes because of its age. */
  countAged (): void
  /** A stream has become free, or more of them are allowed. */
  serve (): void
  /** The connection has closed. */
  remove (connection: Http2Connection): void
}

/**
 * One HTTP/2 connection. Over node:http2, not undici, which ends all requests when the server says
 * GOAWAY, and ends an upload that was aborted as if it were whole.
 */
export class Http2Connection implements StreamOwner {
  readonly authority: string
  /** Why it was ended from here; null = it was not. */
  reason: Error | null = null
  readonly #pool: SharingOwner
  readonly #session: ClientHttp2Session
  #streams = 0
  /** How many streams the server takes at a time: one, until it has said so. */
  #limit = 1
  #served = 0
  #isIdle = false
  #idleTimer: NodeJS.Timeout | undefined
  #isDoubted = false
  #isOld = false

  constructor (pool: SharingOwner, socket: TLSSocket) {
    this.#pool = pool
    this.authority = new URL(pool.origin.replace(/%[^\]]*\]/, ']')).host
    const { counters } = pool
    const session = this.#session = http2.connect(pool.origin, {
      createConnection: () => socket,
      maxSessionMemory,
      maxHeaderListPairs: 2000,
      settings: { enablePush: false, initialWindowSize: streamWindow, maxHeaderListSize: maxHeadLength }
    })
    counters.opened++
    counters.open++
    session.once('connect', () => { session.setLocalWindowSize(connectionWindow) })
    session.on('remoteSettings', ({ maxConcurrentStreams = Infinity }: Settings) => {
      this.#limit = maxConcurrentStreams
      pool.serve()
    })
    // Streams tell what it means to requests.
    session.on('error', (error: NodeJS.ErrnoException) => { pool.countTlsAlert(error) })
    const { maxAge } = pool.context
    const ageTimer = maxAge === Infinity
      ? undefined
      : setTimeout(() => { this.#grow() }, timerTime(chooseEnd(maxAge) - performance.now())).unref()
    session.once('close', () => {
      clearTimeout(ageTimer)
      counters.open--
      this.#wake()
      pool.remove(this)
    })
  }

  get isIdle (): boolean { return this.#isIdle }

  /** It takes no more requests: the server has said that it goes away, or it is too old. */
  get isLeaving (): boolean {
    const session = this.#session
    return this.#isOld || session.closed || session.destroyed
  }

  get hasRoom (): boolean { return !this.isLeaving && this.#streams < this.#limit }

  get isLost (): boolean { return this.#session.destroyed }

  /** Reserves a stream. */
  carry (): Http2Exchange {
    this.#streams++
    if (this.#isIdle) this.#wake()
    return new Http2Exchange(this, this.#session)
  }

  /** Whether the request that is sent now is not its first one. */
  use (): boolean {
    if (this.#served++ === 0) return false
    this.#pool.counters.reused++
    return true
  }

  /** A stream is over. */
  leave (): void {
    this.#streams--
    this.#pool.serve()
    this.settle()
  }

  /** If nothing runs on it, waits for a request, without keeping the process. */
  settle (): void {
    const session = this.#session
    if (this.#streams > 0 || session.destroyed || this.#isIdle) return
    session.unref()
    if (this.#isOld || !this.#pool.hasRoomForIdle) {
      session.close()
      return
    }
    this.#isIdle = true
    this.#pool.context.idle++
    const { idleConnectionTimeout } = this.#pool.context.transport
    if (idleConnectionTimeout > 0) this.#idleTimer = setTimeout(() => { session.close() }, timerTime(idleConnectionTimeout)).unref()
  }

  /** Sends a ping if a request had no response. */
  doubt (): void {
    const session = this.#session
    if (session.destroyed || this.#isDoubted) return
    this.#isDoubted = true
    const timer = setTimeout(() => { session.destroy() }, pingTimeout).unref()
    const isSent = session.ping(() => {
      clearTimeout(timer)
      this.#isDoubted = false
    })
    if (!isSent) clearTimeout(timer)
  }

  /** Closes when nothing runs on it; {@link Pool.hasRoomForIdle} says no by now. */
  retire (): void {
    if (this.#isIdle) this.#session.close()
  }

  /** Ends at once: requests that run fail with this error. */
  destroy (error: Error): Promise<void> {
    this.reason = error
    const session = this.#session
    const closed = session.closed && session.destroyed
      ? Promise.resolve()
      : new Promise<void>((resolve) => { session.once('close', () => { resolve() }) })
    session.destroy()
    return closed
  }

  /** It is as old as connections may get: it closes when nothing runs on it. */
  #grow (): void {
    this.#isOld = true
    this.#pool.countAged()
    this.retire()
  }

  #wake (): void {
    if (!this.#isIdle) return
    this.#isIdle = false
    this.#pool.context.idle--
    clearTimeout(this.#idleTimer)
    this.#session.ref()
  }
}
