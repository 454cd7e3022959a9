import type { Waiter } from '../call/hop-transport.ts'
import { ClientError } from '../call/client-error.ts'
import { Dial, type DialContext, type Destination } from '../dial/dial.ts'

// How long a dial may continue when no call waits for it any more.
const orphanTimeout = 10_000

/** A connection that is being opened, and the call it is opened for. */
export class PendingConnection {
  readonly dial: Dial
  #waiter: Waiter | null
  #isOver = false
  #orphanTimer: NodeJS.Timeout | undefined

  /** @param waiter null = every call that waits */
  constructor (destination: Destination, context: DialContext, waiter: Waiter | null, offersHttp2: boolean) {
    this.dial = new Dial(destination, context, null, offersHttp2)
    this.#waiter = waiter
    // A call whose time passes meanwhile knows what was done before that.
    if (waiter !== null) this.dial.onTime = () => { this.#waiter?.onDialled(this.dial) }
  }

  /** The calls that fail if the dial does. */
  get waiter (): Waiter | null { return this.#waiter }

  /** No call waits for it any more: it may finish, for the next call, but not hang. */
  abandon (): void {
    this.#waiter = null
    if (this.#isOver) return
    this.#orphanTimer ??= setTimeout(() => {
      this.dial.destroy(new ClientError('FG_ERR_HTTP_CLIENT_DIAL_TIMEOUT', 'abandoned: no call waits for this connection any more'))
    }, orphanTimeout).unref()
  }

  /** Calls wait for it again. */
  reclaim (): void {
    clearTimeout(this.#orphanTimer)
    this.#orphanTimer = undefined
  }

  /** It is over, one way or the other. */
  end (): void {
    this.#isOver = true
    this.reclaim()
  }
}
