import type { Socket } from 'node:net'
import type { HopTransport, Waiter } from '../call/hop-transport.ts'
import type { Stage } from '../call/client-error.ts'
import { writeAddress } from '../dial/connect-tcp.ts'
import { addTo } from './counters.ts'
import { diagnose } from '../call/diagnose.ts'
import type { DialContext, Destination } from '../dial/dial.ts'
import { PendingConnection } from './pending-connection.ts'
import { WaitingCalls } from './waiting-calls.ts'
import { Connection, type Owner } from '../wire/connection.ts'
import type { Turns } from '../wire/turns.ts'

/** What a pool counts, from its beginning on. */
export interface ConnectionCounters {
  /** Connections opened, and how many of those are open. */
  opened: number
  open: number
  /** Requests sent over a connection that had served another one before. */
  reused: number
  /** Connections that were closed because of their age (`max_connection_age`). */
  aged: number
  /** Attempts that ended without a connection. */
  failed: number
  /** Handshakes that failed, by the code of Node or OpenSSL: `CERT_HAS_EXPIRED`; otherwise by error code. */
  handshakeFailures: Record<string, number>
  /** The same for failures of the proxy. */
  proxyFailures: Record<string, number>
}

/** What a pool can end. */
interface Ending {
  destroy (error: Error): Promise<void>
}

/**
 * The connections to one destination, each used by one request at a time, the most recently used first. As in Go, if no
 * connection is idle, one is opened, and the call uses that or one that becomes idle in the meantime.
 */
export class Pool implements Owner {
  readonly counters: ConnectionCounters = { opened: 0, open: 0, reused: 0, aged: 0, failed: 0, handshakeFailures: {}, proxyFailures: {} }
  readonly origin: string
  readonly destination: Destination
  readonly context: DialContext
  readonly turns: Turns
  readonly idleTimeout: number
  readonly closesAfterUse: boolean
  readonly maxAge: number
  readonly expectContinueTimeout: number
  protected readonly waiting = new WaitingCalls()
  protected readonly openings = new Set<PendingConnection>()
  /** Open ones. */
  protected readonly connections = new Set<Ending>()
  readonly #idle: Connection[] = []
  readonly #maxIdle: number
  readonly #maxIdleOfAll: number
  #isRetired = false
  #isResting = false
  /** A connection is being opened since this turn of the event loop. */
  #isPaced = false

  constructor (destination: Destination, context: DialContext) {
    const { host, port, tls } = destination
    this.origin = `http${tls ? 's' : ''}://${writeAddress(host, port)}`
    this.destination = destination
    this.context = context
    const {
      maxIdleConnections,
      maxIdleConnectionsPerHost,
      idleConnectionTimeout,
      disableKeepAlives,
      expectContinueTimeout
    } = context.transport
    this.turns = context.turns
    this.idleTimeout = idleConnectionTimeout
    this.closesAfterUse = disableKeepAlives
    this.maxAge = context.maxAge
    this.expectContinueTimeout = expectContinueTimeout
    this.#maxIdle = maxIdleConnectionsPerHost || Infinity
    this.#maxIdleOfAll = maxIdleConnections || Infinity
  }

  get idle (): number { return this.#idle.length }

  /** Nothing is open, or will be. */
  get isEmpty (): boolean { return this.connections.size + this.openings.size + this.waiting.size === 0 }

  /** Another connection may wait for a request. */
  get hasRoomForIdle (): boolean {
    return !this.#isRetired && !this.#isResting && this.idle < this.#maxIdle && this.context.idle < this.#maxIdleOfAll
  }

  /** Takes a connection that is idle; null = the call has to {@link Pool.wait}. */
  take (): HopTransport | null {
    this.wake()
    return this.waiting.hasForAny ? null : this.#takeIdle()
  }

  /** @param forNew a connection that was kept will not do */
  wait (waiter: Waiter, forNew: boolean): void {
    this.waiting.add(waiter, forNew)
    this.serve()
  }

  /** Forgets a call that waits. */
  leave (waiter: Waiter): void {
    this.waiting.remove(waiter)
  }

  /** What a call that waits is waiting for. */
  findStage (waiter: Waiter): Stage {
    return this.waiting.find(waiter)?.dial.stage ?? 'queue'
  }

  /** Takes back a connection that can serve another request: the next call that waits gets it. */
  put (connection: Connection): void {
    const waiter = this.waiting.firstForAny
    if (waiter === undefined) this.#keep(connection)
    else if (connection.isFresh) this.startOn(waiter, connection)
    else connection.close()
  }

  countReuse (): void { this.counters.reused++ }

  countAged (): void { this.counters.aged++ }

  /** Keeps no connection any more: those that wait for a request are closed, the others after theirs. */
  retire (): void {
    this.#isRetired = true
    this.closeAllIdle()
  }

  /** Closes connections that are idle, and those that become idle until the next call comes. */
  rest (): void {
    this.#isResting = true
    this.closeAllIdle()
  }

  /** Ends every connection and every dial at once, and every call that waits. */
  destroy (error: Error): Promise<unknown> {
    for (const waiter of [...this.waiting]) this.fail(waiter, error)
    for (const { dial } of this.openings) dial.destroy(error)
    return Promise.all(Array.from(this.connections, (connection) => connection.destroy(error)))
  }

  /** Counts refusals of client certificates: with TLS 1.3 they arrive after the handshake. */
  countTlsAlert ({ code = '' }: NodeJS.ErrnoException): void {
    if (code.startsWith('ERR_SSL_')) addTo(this.counters.handshakeFailures, code)
  }

  /** A connection will serve no other request; it counts as long as its socket is open. */
  forget (connection: Connection): void {
    const index = this.#idle.indexOf(connection)
    if (index < 0) return
    this.context.idle--
    this.#idle.splice(index, 1)
  }

  /** Forgets a connection that is lost. */
  remove (connection: Ending): void {
    this.connections.delete(connection)
    this.serve()
  }

  /**
   * Opens a connection for the next call that has to wait: one a turn of the event loop. If handshakes take all
   * processor time, open connections serve calls sooner than further ones would.
   */
  serve (): void {
    if (this.#isPaced) return
    const next = this.waiting.firstUnprovided
    if (next === null) return
    if (!this.hasRoom) {
      if (next.isForNew) this.#closeIdle()
      return
    }
    this.open(next.waiter)
    this.#isPaced = true
    setImmediate(() => {
      this.#isPaced = false
      this.serve()
    })
  }

  /** Another connection may be opened. */
  protected get hasRoom (): boolean {
    return this.connections.size + this.openings.size < this.context.maxConnections
  }

  /** @param waiter null = every call that waits */
  protected open (waiter: Waiter | null, offersHttp2 = false): void {
    const opening = new PendingConnection(this.destination, this.context, waiter, offersHttp2)
    this.openings.add(opening)
    if (waiter !== null) this.waiting.assign(waiter, opening)
    opening.dial.open().then((socket) => {
      this.openings.delete(opening)
      opening.end()
      this.opened(opening, socket)
    }, (error: Error) => {
      this.openings.delete(opening)
      opening.end()
      this.#count(error)
      this.failed(opening, error)
      this.serve()
    })
  }

  /** A connection goes to the call that it was opened for; if that has another one, to the next, or it waits. */
  protected opened (opening: PendingConnection, socket: Socket): void {
    const { counters } = this
    counters.opened++
    counters.open++
    socket.once('close', () => { counters.open-- })
    const connection = new Connection(this, socket)
    this.connections.add(connection)
    const waiter = opening.waiter ?? this.waiting.first
    if (waiter !== undefined) {
      waiter.onDialled(opening.dial)
      this.startOn(waiter, connection)
    } else if (connection.isOpen) {
      connection.keep()
      this.#keep(connection)
    }
  }

  /** An attempt fails for the call that it was made for, if that still waits. */
  protected failed ({ waiter, dial }: PendingConnection, error: Error): void {
    if (waiter === null) return
    waiter.onDialled(dial)
    this.fail(waiter, error)
  }

  /** A call has come: connections are kept again. */
  protected wake (): void { this.#isResting = false }

  protected closeAllIdle (): void {
    // Each forgets itself here.
    for (const connection of [...this.#idle]) connection.close()
  }

  protected startOn (waiter: Waiter, transport: HopTransport): void {
    this.waiting.remove(waiter)
    waiter.start(transport)
  }

  protected fail (waiter: Waiter, error: Error): void {
    this.waiting.remove(waiter)
    waiter.onError(error)
  }

  #takeIdle (): Connection | null {
    for (;;) {
      const connection = this.#idle.pop()
      if (connection === undefined) return null
      this.context.idle--
      if (connection.isFresh) return connection
      connection.close()
    }
  }

  /** Makes room: closes the connection that is idle longest. */
  #closeIdle (): void {
    const connection = this.#idle.shift()
    if (connection === undefined) return
    this.context.idle--
    connection.close()
  }

  #keep (connection: Connection): void {
    if (!this.hasRoomForIdle) {
      connection.close()
      return
    }
    this.context.idle++
    this.#idle.push(connection)
  }

  #count (error: Error): void {
    this.counters.failed++
    const diagnosis = diagnose(error)
    if (diagnosis?.stage === 'tls') addTo(this.counters.handshakeFailures, diagnosis.cause ?? diagnosis.code)
    else if (diagnosis?.stage === 'proxy') addTo(this.counters.proxyFailures, diagnosis.cause ?? diagnosis.code)
  }
}
