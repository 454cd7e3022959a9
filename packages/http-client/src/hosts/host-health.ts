import { addTo } from '../connections/counters.ts'
import type { EjectSettings } from '@floodgate/settings'
import { keyOfHost } from './host.ts'

/** Who took a host out: failed calls, failed health checks, or an operator. */
export type OutCause = 'failures' | 'health' | 'operator'

/** Why a host gets no requests. */
export interface Out {
  readonly by: OutCause
  /** Time of day in ms. */
  readonly since: number
  /** Time of day in ms of the trial request; null = a successful check, or the operator, brings it back. */
  readonly until: number | null
  readonly reason: string
}

/** A host is taken out, or gets requests again. */
export interface HostChange {
  readonly origin: string
  /** Absent = what the origin's name leads to. */
  readonly address: string | null
  /** null = it gets requests again. */
  readonly out: Out | null
}

/** What is known of one host under one set of client settings. Times are those of the clock. */
export interface HostState {
  /** Origin, and address if it has one: `keyOfHost`. */
  readonly key: string
  readonly origin: string
  /** Null = what the origin's name leads to. */
  readonly address: string | null
  /** Groups that have it. */
  uses: number
  /** Requests under way, where they are counted. */
  running: number
  /** Failures in a row. */
  failures: number
  /** Ejections, by cause. */
  readonly ejections: Record<string, number>
  /** Ejections in a row: each lasts longer than the one before. */
  times: number
  ejected: Out | null
  /** When the ejection is over, and a trial request may go. */
  ejectedUntil: number
  /** While a trial request is under way, no other one goes. */
  trialUntil: number
  /** When it came back from its last ejection. */
  restored: number
  unhealthy: Out | null
  withdrawn: Out | null
}

/** The longest ejection, in ms. */
const maxEjection = 5 * 60_000

/**
 * Which hosts of a client are out. It belongs to the client, not to who calls, so that it outlives a reload of the
 * configuration. Only hosts of groups are known here; those that redirects lead to are not.
 */
export class HostHealth {
  /** Hosts that are out. */
  out = 0
  /** Changes whenever a host is taken out or comes back. */
  version = 0
  readonly #eject: EjectSettings | null
  readonly #onChange: (change: HostChange) => void
  readonly #onHosts: () => void
  readonly #onGone: (host: HostState) => void
  readonly #clock: () => number
  readonly #hosts = new Map<string, HostState>()

  /**
   * @param eject null = failed calls take no host out
   * @param onHosts called when hosts came or went
   * @param clock ms since any time; default: since the process started
   * @param onGone called with a host that no group has any more
   */
  constructor (
    eject: EjectSettings | null,
    onChange: (change: HostChange) => void,
    onHosts: () => void = () => {},
    clock: () => number = () => performance.now(),
    onGone: (host: HostState) => void = () => {}
  ) {
    this.#onGone = onGone
    this.#eject = eject
    this.#onChange = onChange
    this.#onHosts = onHosts
    this.#clock = clock
  }

  get hosts (): IterableIterator<HostState> { return this.#hosts.values() }

  get now (): number { return this.#clock() }

  /** @param key origin, or `keyOfHost` */
  find (key: string): HostState | undefined {
    return this.#hosts.get(key)
  }

  /** A group has the host. What was known of it stays known. */
  enter (origin: string, address: string | null = null): HostState {
    const key = keyOfHost(origin, address)
    let host = this.#hosts.get(key)
    if (host === undefined) {
      this.#hosts.set(key, host = {
        key,
        origin,
        address,
        uses: 0,
        running: 0,
        failures: 0,
        ejections: {},
        times: 0,
        ejected: null,
        ejectedUntil: 0,
        trialUntil: 0,
        restored: -Infinity,
        unhealthy: null,
        withdrawn: null
      })
    }
    if (host.uses++ === 0) this.#onHosts()
    return host
  }

  /** A group does not have the host any more. The last one forgets it. */
  leave (host: HostState): void {
    if (--host.uses > 0) return
    this.#hosts.delete(host.key)
    this.#onGone(host)
    this.#recount()
    this.#onHosts()
  }

  /** A call had an answer with this status. */
  noteStatus (key: string, status: number): void {
    const host = this.#hosts.get(key)
    if (host === undefined) return
    if (this.#eject!.statuses.includes(status)) this.#fail(host, `status ${status}`)
    else if (host.ejected !== null) this.#succeed(host)
    else host.failures = 0
  }

  /** A call had no answer. */
  noteFailure (key: string, reason: string): void {
    const host = this.#hosts.get(key)
    if (host !== undefined) this.#fail(host, reason)
  }

  /** Whether an ejection is over and the trial request may be sent; if so, it counts as sent. */
  beginTrial (host: HostState): boolean {
    const { now } = this
    if (host.ejected === null || now < host.ejectedUntil || now < host.trialUntil) return false
    // A trial that comes to nothing, because its client left, does not keep the host out for ever.
    host.trialUntil = now + this.#eject!.for
    return true
  }

  /** The result of a health check; a reason = it failed. */
  noteCheck (host: HostState, reason: string | null): void {
    if (reason === null) this.#set(host, 'unhealthy', null)
    else if (host.unhealthy === null) this.#set(host, 'unhealthy', { by: 'health', since: Date.now(), until: null, reason })
    else host.unhealthy = { ...host.unhealthy, reason }
  }

  /** An operator takes a host out until it is restored. */
  withdraw (host: HostState, reason: string): void {
    this.#set(host, 'withdrawn', { by: 'operator', since: host.withdrawn?.since ?? Date.now(), until: null, reason })
  }

  /** Gives a host requests again, whatever took it out; a failing health check takes it out again. */
  restore (host: HostState): void {
    host.failures = 0
    host.times = 0
    for (const cause of ['ejected', 'unhealthy', 'withdrawn'] as const) if (host[cause] !== null) this.#set(host, cause, null)
  }

  #fail (host: HostState, reason: string): void {
    const eject = this.#eject!
    host.failures++
    const { now } = this
    if (host.ejected !== null) {
      // Earlier requests may still fail, and others are sent if too many hosts are out.
      if (now < host.ejectedUntil) return
    } else if (host.failures < eject.consecutive) return
    // A host that worked for as long as it had been out begins with the shortest ejection again.
    host.times = host.ejected === null && now - host.restored >= lengthOf(host.times, eject) ? 1 : host.times + 1
    const length = lengthOf(host.times, eject)
    host.ejectedUntil = now + length
    host.trialUntil = 0
    addTo(host.ejections, 'failures')
    const time = Date.now()
    const failures = host.failures === 1 ? 'a failure' : `${host.failures} failures in a row`
    this.#set(host, 'ejected', { by: 'failures', since: host.ejected?.since ?? time, until: time + length, reason: `${failures}, the last one: ${reason}` })
  }

  #succeed (host: HostState): void {
    if (this.now < host.ejectedUntil) return
    host.failures = 0
    host.restored = this.now
    this.#set(host, 'ejected', null)
  }

  #set (host: HostState, cause: 'ejected' | 'unhealthy' | 'withdrawn', out: Out | null): void {
    if (host[cause] === out) return
    const before = describeOut(host)
    host[cause] = out
    if (out !== null && cause !== 'ejected') addTo(host.ejections, out.by)
    this.#recount()
    const after = describeOut(host)
    if (after !== before) this.#onChange({ origin: host.origin, address: host.address, out: after })
  }

  #recount (): void {
    this.version++
    this.out = 0
    for (const host of this.#hosts.values()) if (describeOut(host) !== null) this.out++
  }
}

/** Why a host is out: an operator's word first; null = it is not. */
export function describeOut ({ withdrawn, unhealthy, ejected }: HostState): Out | null {
  return withdrawn ?? unhealthy ?? ejected
}

function lengthOf (times: number, eject: EjectSettings): number {
  return Math.min(eject.for * Math.max(1, times), maxEjection)
}
