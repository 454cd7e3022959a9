import http2, { type ClientHttp2Session, type Settings } from 'node:http2'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { ClientError } from './client-error.ts'
import { Dial } from './dial.ts'
import { Http2Exchange } from './http2-exchange.ts'
import { maxHeaderSize, orphanTimeout } from './pool.ts'
import type { QueuedPool } from './queued-pool.ts'

// What a stream may receive before somebody reads it: less makes long ways slow, more is memory per slow client.
const streamWindow = 256 * 1024
// The connection's own window is given back as soon as bytes arrive, so that no stream waits for another's reader.
const connectionWindow = 1024 * 1024
// MB. Node refuses new streams beyond it.
const maxSessionMemory = 256
// A server that does not answer a ping within it is gone.
const pingTimeout = 5000

/**
 * One HTTP/2 connection, from its dial on. Over node:http2, not undici, which ends all requests when the server says
 * GOAWAY, and ends an upload that was aborted as if it were whole.
 */
export class Http2Connection {
  readonly authority: string
  /** Why it was ended from here; null = it was not. */
  reason: Error | null = null
  readonly #pool: QueuedPool
  #dial: Dial | null
  #orphanTimer: NodeJS.Timeout | undefined
  #session: ClientHttp2Session | null = null
  #streams = 0
  /** How many streams the server takes at a time: one, until it has said so. */
  #limit = 1
  #served = 0
  #isIdle = false
  #idleTimer: NodeJS.Timeout | undefined
  #isDoubted = false

  /** Begins to dial; what comes of it the pool is told. */
  constructor (pool: QueuedPool) {
    this.#pool = pool
    this.authority = new URL(pool.origin).host
    this.#dial = new Dial(pool.destination, pool.context, null, true)
    this.#dial.open().then((socket) => { this.#dialed(socket as TLSSocket) }, (error: Error) => {
      this.#dial = null
      clearTimeout(this.#orphanTimer)
      pool.giveUp(this, error)
    })
  }

  get dialing (): Dial | null { return this.#dial }

  get isIdle (): boolean { return this.#isIdle }

  /** No when the server has said that it goes away. */
  get hasRoom (): boolean {
    const session = this.#session
    return session !== null && !session.closed && !session.destroyed && this.#streams < this.#limit
  }

  get isLost (): boolean { return this.#session === null || this.#session.destroyed }

  /** Reserves a stream. */
  carry (): Http2Exchange {
    this.#streams++
    if (this.#isIdle) this.#wake()
    return new Http2Exchange(this, this.#session!)
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
    if (this.#streams === 0) this.#rest()
  }

  /** Asks for a sign of life, where a request had no answer. */
  doubt (): void {
    const session = this.#session
    if (session === null || session.destroyed || this.#isDoubted) return
    this.#isDoubted = true
    const timer = setTimeout(() => { session.destroy() }, pingTimeout).unref()
    const isSent = session.ping(() => {
      clearTimeout(timer)
      this.#isDoubted = false
    })
    if (!isSent) clearTimeout(timer)
  }

  /** Nobody waits for the dial any more: it may end, for the next call, but not hang. */
  abandon (): void {
    if (this.#dial === null || this.#orphanTimer !== undefined) return
    this.#orphanTimer = setTimeout(() => {
      this.#dial?.destroy(new ClientError('FG_ERR_HTTP_CLIENT_DIAL_TIMEOUT', 'given up: no call waits for this connection any more'))
    }, orphanTimeout).unref()
  }

  /** Closes when nothing runs on it; {@link Pool.hasRoomForIdle} says no by now. */
  retire (): void {
    if (this.#isIdle) this.#session!.close()
  }

  /** Ends at once: requests that run fail with this error. */
  destroy (error: Error): Promise<void> {
    this.reason = error
    this.#dial?.destroy(error)
    const session = this.#session
    if (session === null) return Promise.resolve()
    const closed = session.closed && session.destroyed ? Promise.resolve() : new Promise<void>((resolve) => { session.once('close', () => { resolve() }) })
    session.destroy()
    return closed
  }

  #dialed (socket: TLSSocket): void {
    this.#dial = null
    clearTimeout(this.#orphanTimer)
    if (this.reason !== null) socket.destroy()
    else if (socket.alpnProtocol === 'h2') this.#open(socket)
    else this.#pool.adopt(this, socket as Socket)
  }

  #open (socket: TLSSocket): void {
    const { counters } = this.#pool
    const session = this.#session = http2.connect(this.#pool.origin, {
      createConnection: () => socket,
      maxSessionMemory,
      maxHeaderListPairs: 2000,
      settings: { enablePush: false, initialWindowSize: streamWindow, maxHeaderListSize: maxHeaderSize }
    })
    counters.opened++
    counters.open++
    session.once('connect', () => { session.setLocalWindowSize(connectionWindow) })
    session.on('remoteSettings', ({ maxConcurrentStreams = Infinity }: Settings) => {
      this.#limit = maxConcurrentStreams
      this.#pool.serve()
    })
    // Streams tell what it means to requests.
    session.on('error', (error: NodeJS.ErrnoException) => { this.#pool.countTlsAlert(error) })
    session.once('close', () => {
      counters.open--
      this.#wake()
      this.#pool.remove(this)
    })
    this.#pool.serve()
    if (this.#streams === 0) this.#rest()
  }

  /** Waits for a request, without keeping the process. */
  #rest (): void {
    const session = this.#session!
    if (session.destroyed || this.#isIdle) return
    session.unref()
    if (!this.#pool.hasRoomForIdle) {
      session.close()
      return
    }
    this.#isIdle = true
    this.#pool.context.idle++
    const { idleConnectionTimeout } = this.#pool.context.transport
    if (idleConnectionTimeout > 0) this.#idleTimer = setTimeout(() => { session.close() }, idleConnectionTimeout).unref()
  }

  #wake (): void {
    if (!this.#isIdle) return
    this.#isIdle = false
    this.#pool.context.idle--
    clearTimeout(this.#idleTimer)
    this.#session!.ref()
  }
}
