import type { Waiter } from '../call/carrier.ts'
import { ClientError } from '../call/client-error.ts'
import { Dial, type DialContext, type Destination } from '../dial/dial.ts'

// How long a dial may go on that no call waits for any more.
const orphanTimeout = 10_000

/** A connection that is being opened, and the call it is opened for. */
export class Opening {
  readonly dial: Dial
  #waiter: Waiter | null
  #isOver = false
  #orphanTimer: NodeJS.Timeout | undefined

  /** @param waiter null = every call that waits */
  constructor (destination: Destination, context: DialContext, waiter: Waiter | null, offersHttp2: boolean) {
    this.dial = new Dial(destination, context, null, offersHttp2)
    this.#waiter = waiter
  }

  /** Who fails if the dial does. */
  get waiter (): Waiter | null { return this.#waiter }

  /** Nobody waits for it any more: it may end, for the next call, but not hang. */
  abandon (): void {
    this.#waiter = null
    if (this.#isOver) return
    this.#orphanTimer ??= setTimeout(() => {
      this.dial.destroy(new ClientError('FG_ERR_HTTP_CLIENT_DIAL_TIMEOUT', 'given up: no call waits for this connection any more'))
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
