import type { Host } from './host.ts'

/** What it needs to know of a group of hosts. */
interface Choice {
  readonly failsOver: boolean
  another (tried: ReadonlySet<string>): Host | null
}

/** Where a request goes next. */
export interface NextAttempt {
  readonly from: Host
  readonly to: Host
  /** ms to wait before. */
  readonly delay: number
}

/** The hosts that one request was sent to, or was to be sent to. */
export class Attempts {
  readonly #group: Choice
  readonly #tried = new Set<string>()
  #host: Host

  constructor (group: Choice, host: Host) {
    this.#group = group
    this.#host = host
  }

  /** Chooses what follows a failure in which nothing was sent; null = the call has failed. */
  afterUnsent (): NextAttempt | null {
    const from = this.#host
    this.#tried.add(from.origin)
    const to = this.#group.failsOver ? this.#group.another(this.#tried) : null
    if (to === null) return null
    this.#host = to
    return { from, to, delay: 0 }
  }
}
