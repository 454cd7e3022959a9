import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { HopTransport, Waiter } from '../call/hop-transport.ts'
import type { Stage } from '../call/client-error.ts'
import { Http2Connection } from '../wire/http2/http2-connection.ts'
import type { PendingConnection } from './pending-connection.ts'
import { Pool } from './pool.ts'
import type { Connection } from '../wire/connection.ts'

/**
 * A pool whose server may speak HTTP/2. If it does, calls share a connection, as many as it takes, and another one is
 * opened when none has room. If it does not, which the first connection shows, this is a pool like others.
 */
export class SharedPool extends Pool {
  readonly #shared = new Set<Http2Connection>()
  /** The server was not asked yet, or speaks HTTP/2: one connection is opened at a time, for all. */
  #mayShare = true

  override get idle (): number {
    let count = super.idle
    for (const { isIdle } of this.#shared) if (isIdle) count++
    return count
  }

  /** Connections that end when their last request has ended do not count. */
  protected override get hasRoom (): boolean {
    let leaving = 0
    for (const { isLeaving } of this.#shared) if (isLeaving) leaving++
    return this.connections.size + this.openings.size - leaving < this.context.maxConnections
  }

  override take (): HopTransport | null {
    this.wake()
    if (!this.#mayShare) return super.take()
    return this.waiting.size === 0 ? this.#share() : null
  }

  override leave (waiter: Waiter): void {
    super.leave(waiter)
    if (this.#mayShare && this.waiting.size === 0) this.#opening?.abandon()
  }

  override findStage (waiter: Waiter): Stage {
    return this.#mayShare && this.#opening !== undefined ? this.#opening.dial.stage : super.findStage(waiter)
  }

  override remove (connection: Connection | Http2Connection): void {
    this.#shared.delete(connection as Http2Connection)
    super.remove(connection)
  }

  protected override closeAllIdle (): void {
    super.closeAllIdle()
    for (const connection of this.#shared) connection.retire()
  }

  override serve (): void {
    if (!this.#mayShare) {
      super.serve()
      return
    }
    for (let first; (first = this.waiting.first) !== undefined;) {
      const transport = this.#share()
      if (transport === null) {
        if (this.#opening !== undefined) this.#opening.reclaim()
        else if (this.hasRoom) this.open(null, true)
        return
      }
      this.startOn(first, transport)
    }
  }

  protected override opened (opening: PendingConnection, socket: Socket): void {
    if ((socket as TLSSocket).alpnProtocol === 'h2') {
      const connection = new Http2Connection(this, socket as TLSSocket)
      this.#shared.add(connection)
      this.connections.add(connection)
      this.waiting.first?.onDialled(opening.dial)
      this.serve()
      connection.settle()
      return
    }
    this.#mayShare = false
    super.opened(opening, socket)
    this.serve()
  }

  /** Every call that waits did so for this attempt. */
  protected override failed (opening: PendingConnection, error: Error): void {
    if (!this.#mayShare) {
      super.failed(opening, error)
      return
    }
    for (const waiter of [...this.waiting]) {
      waiter.onDialled(opening.dial)
      this.fail(waiter, error)
    }
  }

  /** The one that is under way, while it is for all. */
  get #opening (): PendingConnection | undefined { return this.openings.values().next().value }

  #share (): HopTransport | null {
    for (const connection of this.#shared) if (connection.hasRoom) return connection.carry()
    return null
  }
}
