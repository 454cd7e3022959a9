import type { Socket } from 'node:net'
import type { Carrier, Waiter } from './carrier.ts'
import { ClientError, type Stage } from './client-error.ts'
import { writeAddress } from './connect-tcp.ts'
import { addTo } from './counters.ts'
import { diagnose } from './diagnose.ts'
import { Dial, type DialContext, type Destination } from './dial.ts'
import { undiciSymbol } from './undici-symbols.ts'
import { Client } from './undici.ts'

/** What a pool counts, from its beginning on. */
export interface ConnectionCounters {
  /** Connections opened, and how many of those are open. */
  opened: number
  open: number
  /** Requests sent over a connection that had served another one before. */
  reused: number
  /** Attempts that ended without a connection. */
  failed: number
  /** Handshakes that failed, by what Node or OpenSSL calls the cause: `CERT_HAS_EXPIRED`; else by error code. */
  handshakeFailures: Record<string, number>
  /** The same for what the proxy on the way refused, or did not do. */
  proxyFailures: Record<string, number>
}

// The largest delay a timer takes: no idle timeout.
const never = 2 ** 31 - 1
// How long a dial may go on that no call waits for any more.
export const orphanTimeout = 10_000
// Go allows 10 MB; undici's 16 KB are less than some sites send.
export const maxHeaderSize = 1024 * 1024
/** undici takes no "never" for an idle timeout: by its options it would start a timer after every request. */
const withoutTimer = { [undiciSymbol('kKeepAliveDefaultTimeout')]: 0, [undiciSymbol('kKeepAliveTimeoutValue')]: 0 }

/**
 * The connections to one destination, each used by one request at a time, the one used last first. There is no limit
 * to their number, as in Go: a call never waits for another one. Not undici's Pool: that one takes the first that is
 * free, connected or not, keeps an entry for every connection there ever was, and cannot limit how many stay idle.
 */
export class Pool {
  readonly counters: ConnectionCounters = { opened: 0, open: 0, reused: 0, failed: 0, handshakeFailures: {}, proxyFailures: {} }
  readonly connections = new Set<{ destroy (error: Error): Promise<void> }>()
  readonly origin: string
  readonly destination: Destination
  readonly context: DialContext
  readonly #idle: Connection[] = []
  readonly #maxIdle: number
  readonly #maxIdleOfAll: number
  #isRetired = false

  constructor (destination: Destination, context: DialContext) {
    const { host, port, tls } = destination
    this.origin = `http${tls ? 's' : ''}://${writeAddress(host, port)}`
    this.destination = destination
    this.context = context
    const { maxIdleConnections, maxIdleConnectionsPerHost } = context.transport
    this.#maxIdle = maxIdleConnectionsPerHost || Infinity
    this.#maxIdleOfAll = maxIdleConnections || Infinity
  }

  get idle (): number { return this.#idle.length }

  /** Another connection may wait for a request. */
  get hasRoomForIdle (): boolean {
    return !this.#isRetired && this.idle < this.#maxIdle && this.context.idle < this.#maxIdleOfAll
  }

  /** Takes an idle connection, or makes one that dials when the first request comes; null = the call has to wait. */
  take (): Carrier | null {
    return this.takeIdle() ?? this.create()
  }

  takeIdle (): Connection | null {
    for (;;) {
      const connection = this.#idle.pop()
      if (connection === undefined) return null
      this.context.idle--
      if (connection.isOpen) return connection
    }
  }

  /** Makes a connection that dials when the first request comes; null = the call has to wait. */
  create (): Carrier | null {
    return this.add()
  }

  /** @param socket is connected already */
  protected add (socket: Socket | null = null): Connection {
    const connection = new Connection(this, socket)
    this.connections.add(connection)
    return connection
  }

  /** Takes a call that has to wait. Here none has to. */
  wait (_waiter: Waiter, _isFresh: boolean): void {}

  /** Forgets a call that waits. */
  leave (_waiter: Waiter): void {}

  /** What a call that waits is waiting for. */
  get stage (): Stage { return 'request' }

  /** Takes back a connection that has served its request. */
  put (connection: Connection): void {
    if (this.#isRetired || this.#idle.length >= this.#maxIdle || this.context.idle >= this.#maxIdleOfAll) {
      connection.close()
      return
    }
    this.context.idle++
    this.#idle.push(connection)
  }

  /** Keeps no connection any more: those that wait for a request are closed, the others after theirs. */
  retire (): void {
    this.#isRetired = true
    for (const connection of this.#idle) connection.close()
    this.context.idle -= this.#idle.length
    this.#idle.length = 0
  }

  /** Counts an attempt that failed. */
  fail (error: Error): void {
    this.counters.failed++
    const diagnosis = diagnose(error)
    if (diagnosis?.stage === 'tls') addTo(this.counters.handshakeFailures, diagnosis.cause ?? diagnosis.code)
    else if (diagnosis?.stage === 'proxy') addTo(this.counters.proxyFailures, diagnosis.cause ?? diagnosis.code)
  }

  /** Makes room: closes the connection that is idle longest. */
  closeIdle (): void {
    const connection = this.#idle.shift()
    if (connection === undefined) return
    this.context.idle--
    connection.close()
  }

  /** Ends every connection and every dial at once. */
  destroy (error: Error): Promise<unknown> {
    return Promise.all(Array.from(this.connections, (connection) => connection.destroy(error)))
  }

  /** Counts what a server says of a client certificate: with TLS 1.3 that comes only after the handshake. */
  countTlsAlert ({ code = '' }: NodeJS.ErrnoException): void {
    if (code.startsWith('ERR_SSL_')) addTo(this.counters.handshakeFailures, code)
  }

  /** Forgets a connection that is lost. */
  remove (connection: { destroy (error: Error): Promise<void> }): void {
    this.connections.delete(connection)
    const index = this.#idle.indexOf(connection as Connection)
    if (index < 0) return
    this.context.idle--
    this.#idle.splice(index, 1)
  }
}

/** One connection: an undici client that never has more than one request. */
export class Connection implements Carrier {
  /** Requests it has sent since it was opened. */
  served = 0
  readonly client: Client
  readonly #pool: Pool
  /** Comes connected; null = it dials. */
  #given: Socket | null
  #socket: Socket | null = null
  #dial: Dial | null = null
  #orphanTimer: NodeJS.Timeout | undefined

  constructor (pool: Pool, given: Socket | null) {
    const { disableKeepAlives, idleConnectionTimeout } = pool.context.transport
    const keepAliveTimeout = Math.min(idleConnectionTimeout || never, never)
    this.#pool = pool
    this.#given = given
    this.client = new Client(pool.origin, {
      pipelining: disableKeepAlives ? 0 : 1,
      keepAliveTimeout,
      keepAliveMaxTimeout: keepAliveTimeout,
      // A server that closes idle connections after a while says when; a call that comes too late is sent again.
      keepAliveTimeoutThreshold: 0,
      // Deadlines are exact and elsewhere; these fire up to a second late.
      headersTimeout: 0,
      bodyTimeout: 0,
      maxHeaderSize,
      connect: (_options, done) => { this.#open(done) }
    })
    if (keepAliveTimeout === never) Object.assign(this.client, withoutTimer)
  }

  get isOpen (): boolean { return this.#socket !== null && !this.#socket.destroyed }

  /** What it is waiting for while it is being opened; null = it is not. */
  get dialing (): Dial | null { return this.#dial }

  /** Whether the request that is sent now is not its first one. */
  use (): boolean {
    if (this.served++ === 0) return false
    this.#pool.counters.reused++
    return true
  }

  /** Goes back to its pool after a request, if it can serve another one. */
  release (reusable: boolean): void {
    if (reusable && this.isOpen) {
      this.#pool.put(this)
      return
    }
    // Left alone an undici client dials again for a request that was aborted.
    this.client.destroy(null, () => {})
    if (this.#socket === null && this.#dial === null) this.#pool.remove(this)
  }

  /** Nobody waits for the dial any more: it may end, for the next call, but not hang. */
  abandon (): void {
    const dial = this.#dial
    if (dial === null || this.#orphanTimer !== undefined) return
    this.#orphanTimer = setTimeout(() => {
      dial.destroy(new ClientError('FG_ERR_HTTP_CLIENT_DIAL_TIMEOUT', 'given up: no call waits for this connection any more'))
    }, orphanTimeout).unref()
  }

  /** Closes after the request that runs on it. */
  close (): void {
    this.client.close(() => {})
  }

  /** Ends at once: a request that runs fails with this error. */
  destroy (error: Error): Promise<void> {
    this.#dial?.destroy(error)
    return this.client.destroy(error)
  }

  #open (done: (...result: [Error, null] | [null, Socket]) => void): void {
    const given = this.#given
    if (given !== null) {
      this.#given = null
      this.#opened(given)
      // undici does not expect it before it has returned.
      queueMicrotask(() => { done(null, given) })
      return
    }
    const dial = new Dial(this.#pool.destination, this.#pool.context)
    this.#dial = dial
    dial.open().then((socket) => {
      this.#dialed()
      this.#opened(socket)
      done(null, socket)
    }, (error: Error) => {
      this.#dialed()
      this.#pool.fail(error)
      done(error, null)
    })
  }

  #dialed (): void {
    this.#dial = null
    clearTimeout(this.#orphanTimer)
    this.#orphanTimer = undefined
  }

  #opened (socket: Socket): void {
    const { counters } = this.#pool
    this.#socket = socket
    this.served = 0
    counters.opened++
    counters.open++
    socket.once('error', (error) => { this.#pool.countTlsAlert(error) })
    socket.once('close', () => {
      counters.open--
      if (this.#socket !== socket) return
      this.#socket = null
      // While the client has a request it may dial again by itself.
      queueMicrotask(() => { if (this.#socket === null && this.#dial === null) this.#pool.remove(this) })
    })
  }
}
