import { setMaxListeners } from 'node:events'
import type { Dispatcher } from 'undici'
import type { ClientSettings, HealthSettings } from '@floodgate/settings'
import { timerTime } from '@floodgate/go/duration'
import { diagnose } from '../call/diagnose.ts'
import type { ClientDispatchOptions } from '../call/begin-call.ts'
import { probeOrigin } from '../probe/load-probe.ts'
import type { HostHealth, HostState } from './host-health.ts'

/** A check may take so many ms at most. */
const maxTimeout = 5000
/** After the first failure the next check follows soon, in ms: the second one takes the host out. */
const soon = 1000
const failuresToTakeOut = 2
/** Checks of a client that run at a time. */
const maxRunning = 64

interface Running { timer: NodeJS.Timeout | null, failures: number }

export interface HealthChecksOptions {
  readonly settings: ClientSettings
  readonly check: HealthSettings
  readonly health: HostHealth
  readonly env: NodeJS.ProcessEnv
  /** Starts a call with the client's connections; it does not count as one of a host. */
  dispatch (options: ClientDispatchOptions, handler: Dispatcher.DispatchHandler): void
}

/**
 * Checks the hosts of a client at intervals, over the connections of its calls: with their TLS, proxy and pins. Two
 * failures in a row take a host out, a success brings it back. It does not keep the process running, and closing it ends
 * checks that run.
 */
export class HealthChecks {
  readonly #options: HealthChecksOptions
  readonly #running = new Map<HostState, Running>()
  /** Hosts whose check is due, while as many run as may. */
  readonly #due = new Set<HostState>()
  readonly #end = new AbortController()
  #asking = 0
  #isUpdateDue = false

  constructor (options: HealthChecksOptions) {
    this.#options = options
    // One for each check that runs.
    setMaxListeners(0, this.#end.signal)
  }

  /** Begins to check hosts that are new, and ends it for those that are gone. */
  update (): void {
    if (this.#isUpdateDue) return
    this.#isUpdateDue = true
    // Groups come with many hosts.
    queueMicrotask(() => { this.#update() })
  }

  close (): void {
    for (const { timer } of this.#running.values()) clearTimeout(timer ?? undefined)
    this.#running.clear()
    this.#due.clear()
    this.#end.abort()
  }

  #update (): void {
    this.#isUpdateDue = false
    if (this.#end.signal.aborted) return
    const hosts = new Set(this.#options.health.hosts)
    for (const [host, { timer }] of this.#running) {
      if (hosts.has(host)) continue
      clearTimeout(timer ?? undefined)
      this.#running.delete(host)
      this.#due.delete(host)
    }
    for (const host of hosts) {
      if (this.#running.has(host)) continue
      this.#running.set(host, { timer: null, failures: 0 })
      this.#check(host)
    }
  }

  #check (host: HostState): void {
    if (this.#asking >= maxRunning) {
      this.#due.add(host)
      return
    }
    this.#asking++
    this.#ask(host).then((reason) => {
      this.#asking--
      const [next] = this.#due
      if (next !== undefined) {
        this.#due.delete(next)
        this.#check(next)
      }
      const running = this.#running.get(host)
      if (running === undefined) return
      if (reason !== undefined) this.#note(host, running, reason)
      const { interval } = this.#options.check
      const wait = running.failures === 1 ? Math.min(interval, soon) : interval
      // Hosts that were found together are not asked together for ever.
      running.timer = setTimeout(() => { this.#check(host) }, timerTime(wait * (0.9 + Math.random() / 5))).unref()
    })
  }

  #note (host: HostState, running: Running, reason: string | null): void {
    running.failures = reason === null ? 0 : running.failures + 1
    if (reason === null || running.failures >= failuresToTakeOut) this.#options.health.noteCheck(host, reason)
  }

  /** Resolves to why the check failed; null = it did not, undefined = it had no connection of `max_connections`. Never rejects. */
  async #ask ({ origin, address }: HostState): Promise<string | null | undefined> {
    const { settings, check: { path, interval, statuses }, env } = this.#options
    const timeout = Math.min(interval, maxTimeout)
    const result = await this.#get({ origin, address, path }, timeout)
    if (typeof result === 'number') {
      const isGood = statuses.length === 0 ? result >= 200 && result < 300 : statuses.includes(result)
      return isGood ? null : `GET ${path} has the status ${result}`
    }
    const diagnosis = diagnose(result)
    if (diagnosis?.stage === 'queue') return undefined
    // What keeps a connection from being opened is known better by a probe.
    const verdict = diagnosis === null || ['headers', 'body', 'request', 'redirect'].includes(diagnosis.stage)
      ? null
      : (await probeOrigin(settings, origin, { timeout, env, signal: this.#end.signal, ...address !== null && { address } })).verdict
    return verdict?.sentence ?? diagnosis?.sentence ?? result.message
  }

  #get (request: { origin: string, address: string | null, path: string }, timeout: number): Promise<number | Error> {
    return new Promise((resolve) => {
      let status = 0
      let end = (): void => {}
      const finish = (result: number | Error): void => {
        this.#end.signal.removeEventListener('abort', end)
        resolve(result)
      }
      this.#options.dispatch({ ...request, method: 'GET', headers: ['user-agent', 'floodgate-health'], timeout }, {
        onRequestStart: (controller) => {
          const { signal } = this.#end
          end = () => { controller.abort(signal.reason as Error) }
          signal.addEventListener('abort', end, { once: true })
        },
        onResponseStart (_controller, code) { if (code >= 200) status = code },
        onResponseData () {},
        onResponseEnd: () => { finish(status) },
        onResponseError: (_controller, error) => { finish(error) }
      })
    })
  }
}
