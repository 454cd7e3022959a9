import type { Socket } from 'node:net'
import type { Carrier, Waiter } from './carrier.ts'
import type { Stage } from './client-error.ts'
import type { DialContext, Destination } from './dial.ts'
import { Http2Connection } from './http2-connection.ts'
import { Connection, Pool } from './pool.ts'

/**
 * A pool whose calls may have to wait: for one of a limited number of connections, or until it is known what the
 * server speaks. Over HTTP/2 calls share a connection, as many as the server takes; a server without it gets one
 * connection for each call that runs, as elsewhere.
 */
export class QueuedPool extends Pool {
  readonly #max: number
  readonly #waiting: { readonly waiter: Waiter, readonly isFresh: boolean }[] = []
  readonly #shared = new Set<Http2Connection>()
  /** The server may speak HTTP/2: it was not asked yet, or does. */
  #mayShare: boolean

  constructor (destination: Destination, context: DialContext) {
    super(destination, context)
    this.#max = context.maxConnections
    this.#mayShare = context.http2 && destination.tls && !destination.isProxy
  }

  override get idle (): number {
    let count = super.idle
    for (const { isIdle } of this.#shared) if (isIdle) count++
    return count
  }

  /** What calls wait for. */
  override get stage (): Stage {
    return this.#dialing?.dialing?.stage ?? 'queue'
  }

  get #dialing (): Http2Connection | undefined {
    for (const connection of this.#shared) if (connection.dialing !== null) return connection
    return undefined
  }

  /** @returns null = {@link QueuedPool.wait} */
  override take (): Carrier | null {
    return this.#waiting.length > 0 ? null : this.#find(false)
  }

  /** For a call that had a connection which was gone. */
  override create (): Carrier | null {
    return this.#find(true)
  }

  /** @param isFresh a connection that was kept will not do; before others, because it has waited already */
  override wait (waiter: Waiter, isFresh: boolean): void {
    if (isFresh) this.#waiting.unshift({ waiter, isFresh })
    else this.#waiting.push({ waiter, isFresh })
  }

  override leave (waiter: Waiter): void {
    const index = this.#waiting.findIndex((entry) => entry.waiter === waiter)
    if (index >= 0) this.#waiting.splice(index, 1)
    if (this.#waiting.length === 0) this.#dialing?.abandon()
  }

  override put (connection: Connection): void {
    const next = this.#waiting.findIndex(({ isFresh }) => !isFresh)
    if (next < 0 || !connection.isOpen) super.put(connection)
    else this.#waiting.splice(next, 1)[0]!.waiter.ride(connection)
  }

  override remove (connection: Connection | Http2Connection): void {
    this.#shared.delete(connection as Http2Connection)
    super.remove(connection)
    this.serve()
  }

  override retire (): void {
    super.retire()
    for (const connection of this.#shared) connection.retire()
  }

  override destroy (error: Error): Promise<unknown> {
    for (const { waiter } of this.#waiting.splice(0)) waiter.onError(error)
    return super.destroy(error)
  }

  /** Lets calls go on that wait, as far as there is room. */
  serve (): void {
    for (;;) {
      const first = this.#waiting[0]
      const carrier = first === undefined ? null : this.#find(first.isFresh)
      if (carrier === null) return
      this.#waiting.shift()
      first!.waiter.ride(carrier)
    }
  }

  /** Takes a connection to a server that does not speak HTTP/2. */
  adopt (asked: Http2Connection, socket: Socket): void {
    this.#mayShare = false
    this.#shared.delete(asked)
    super.remove(asked)
    const first = this.#waiting.shift()
    if (first === undefined) {
      socket.destroy()
      return
    }
    first.waiter.ride(this.add(socket))
    this.serve()
  }

  /** All who wait for this dial wait in vain. */
  giveUp (asked: Http2Connection, error: Error): void {
    this.fail(error)
    this.#shared.delete(asked)
    super.remove(asked)
    for (const { waiter } of this.#waiting.splice(0)) waiter.onError(error)
  }

  #find (isFresh: boolean): Carrier | null {
    if (this.#mayShare) {
      for (const connection of this.#shared) if (connection.hasRoom) return connection.carry()
      if (this.#dialing !== undefined) return null
    }
    const kept = isFresh ? null : this.takeIdle()
    if (kept !== null) return kept
    if (this.connections.size >= this.#max) {
      if (isFresh) this.closeIdle()
      return null
    }
    if (!this.#mayShare) return this.add()
    const connection = new Http2Connection(this)
    this.#shared.add(connection)
    this.connections.add(connection)
    return null
  }
}
