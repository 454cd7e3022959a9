import type { Socket } from 'node:net'
import type { Carrier } from './carrier.ts'
import { ConnectionGone } from './errors.ts'
import type { Pool } from './pool.ts'
import { undiciSymbol } from './undici-symbols.ts'
import { Client } from './undici.ts'

// The largest delay a timer takes: no idle timeout.
const never = 2 ** 31 - 1
// Go allows 10 MB; undici's 16 KB are less than some sites send.
export const maxHeaderSize = 1024 * 1024
/** undici takes no "never" for an idle timeout: by its options it would start a timer after every request. */
const withoutTimer = { [undiciSymbol('kKeepAliveDefaultTimeout')]: 0, [undiciSymbol('kKeepAliveTimeoutValue')]: 0 }

const nothingToSend = new Error('no request waits for this connection yet')

/** One connection that is open: an undici client that never has more than one request, and never dials. */
export class Connection implements Carrier {
  /** Requests it has sent. */
  served = 0
  readonly client: Client
  readonly #pool: Pool
  readonly #socket: Socket
  /** undici has the socket. */
  #isAttached = false
  /** The pool has been told that it is closed. */
  #isLost = false

  constructor (pool: Pool, socket: Socket) {
    const { disableKeepAlives, idleConnectionTimeout } = pool.context.transport
    const keepAliveTimeout = Math.min(idleConnectionTimeout || never, never)
    this.#pool = pool
    this.#socket = socket
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
      connect: (_options, done) => {
        // undici does not expect an answer before it has returned.
        queueMicrotask(() => {
          if (this.#isAttached || socket.destroyed) {
            done(new ConnectionGone(), null)
            return
          }
          this.#isAttached = true
          done(null, socket)
        })
      }
    })
    if (keepAliveTimeout === never) Object.assign(this.client, withoutTimer)
    const { counters } = pool
    counters.opened++
    counters.open++
    socket.once('error', (error) => { pool.countTlsAlert(error) })
    socket.once('close', () => {
      counters.open--
      this.#isLost = true
      pool.remove(this)
    })
  }

  /** No as soon as it is being closed, from either side. */
  get isOpen (): boolean { return !this.#socket.destroyed }

  use (): boolean {
    if (this.served++ === 0) return false
    this.#pool.counters.reused++
    return true
  }

  /** Goes back to its pool after a request, if it can serve another one. */
  release (reusable: boolean): void {
    if (reusable && !this.#isLost) {
      this.#pool.put(this)
      return
    }
    // Left alone an undici client asks for a connection again for a request that was aborted.
    this.client.destroy(null, () => {})
  }

  /** Waits in its pool for a first request. undici looks after a socket, its timeouts and its end, only once it had one. */
  settle (): void {
    this.client.dispatch({ path: '/', method: 'GET' }, {
      onConnect () { throw nothingToSend },
      onHeaders: () => true,
      onData: () => true,
      onComplete () {},
      onError: () => { this.release(true) }
    })
  }

  /** Closes after the request that runs on it. */
  close (): void {
    this.client.close(() => {})
  }

  /** Ends at once: a request that runs fails with this error. */
  destroy (error: Error): Promise<void> {
    const ended = this.client.destroy(error)
    this.#socket.destroy()
    return ended
  }
}
