import cluster, { type Worker } from 'node:cluster'
import type { LoadedConfig } from '@floodgate/config-loader'
import { createSwitchboard } from '@floodgate/core'
import { configuredFeatures } from '../build/configured-features.ts'
import { gatewayStops, WorkerStartError } from '../errors.ts'
import { withTimeout } from '../foreign/with-timeout.ts'
import { allFeatures } from '../load.ts'
import { stopTime } from '../serve/drain.ts'
import type { ServeOptions } from '../serve/serve-options.ts'
import { followSignals } from '../serve/signals.ts'
import { currentLog } from '../serve/current-log.ts'
import { createServiceLogger } from '../serve/logger.ts'
import type { ControlAnswer } from '../reload/control-socket.ts'
import { createReloads } from '../reload/reloads.ts'
import { createPrimaryMetrics } from '../metrics/primary-metrics.ts'
import { createReloadNotes } from '../status/reload-notes.ts'
import type { WorkerState } from '../status/source.ts'
import { supervise } from '../systemd/supervise.ts'
import { backOff, STABLE } from './back-off.ts'
import { createHostsQuestion } from './ask-hosts.ts'
import { freePort } from './free-port.ts'
import { pingWorkers } from './ping-workers.ts'
import { tell, type MessageToPrimary, type MessageToWorker } from './messages.ts'
import { forget as forgetReload, reloadWorkers, type Voter } from './reload-workers.ts'
import { returnUnaccepted } from './unaccepted-connections.ts'
import { afterLastMessage } from './last-message.ts'
import { workerEnvironment } from './worker-identity.ts'
import { forwardOutput, workerStdio } from './worker-output.ts'

/** How long a worker may take until it listens, in ms; then it is killed and replaced. */
const START = 60_000
/** How long workers may finish their requests when the primary itself has a fault, in ms; then they are killed. */
const FAULT_DRAIN = 4_000
/** How long services in the primary may take to close, in ms. */
const CLOSE = 500

/** The slot of a worker: its current process, and how earlier processes ended. */
interface Slot {
  readonly id: number
  worker: Worker | null
  /** The configuration that the process has, and whether it was told to listen: then it takes part in reloads. */
  given: LoadedConfig | null
  isReady: boolean
  /** Whether it listens. */
  listens: boolean
  /** Deaths in a row. */
  deaths: number
  /** Timer of the replacement for a dead worker. */
  timer: NodeJS.Timeout | undefined
}

/**
 * Watches over workers that serve: the first one starts alone, so that its failure prevents the start and is reported
 * once. Later a worker that ends is replaced, at once, or after a wait that grows to 30 s when it ends again and again:
 * the primary never gives up, and logs it when no worker serves. All of them get the configuration that this process
 * has read.
 */
export async function servePrimary (
  first: LoadedConfig,
  options: ServeOptions & { workers: number }
): Promise<void> {
  const { port: wanted, workers: count, debug = 0, features, reload, watch = false, control, notice } = options
  const { onListening, onServing, uncaughtExceptions } = options
  const { model } = first
  const supervisor = await supervise(() => log)
  let log = await createServiceLogger(first, debug)
  const port = (wanted ?? model.port) || await freePort(model.listenIp)
  /** What workers serve, and what they are asked to serve. */
  let applied = first
  let offered: LoadedConfig | null = null
  /** Workers that started during a reload and wait for its result. */
  const undecided: (() => void)[] = []
  const counts = { success: 0, failure: 0 }
  const notes = createReloadNotes()
  const askHosts = createHostsQuestion(voters)
  const reloads = createReloads({
    load: reload,
    ...supervisor !== null && { around: supervisor.reloading },
    apply,
    counts,
    onResult: notes.note,
    log: () => log,
    current: () => applied,
    first: model,
    ownPort: wanted !== undefined,
    isOver: () => stopping,
    onFailure () { forgetReload(voters()) }
  })
  const metrics = createPrimaryMetrics({
    log: currentLog(() => log),
    counts,
    count,
    serving: () => listening(),
    revision: () => applied.revision,
    hostsOut: askHosts,
    reloads: () => notes.list(),
    workers: describeSlots
  })
  const switchboard = createSwitchboard(
    [...configuredFeatures(allFeatures(features), model), metrics.feature],
    { model, log, metrics: metrics.metrics, readMetrics: metrics.read }
  )
  const slots: Slot[] = Array.from({ length: count }, (_, i) => ({
    id: i + 1, worker: null, given: null, isReady: false, listens: false, deaths: 0, timer: undefined
  }))
  let address = ''
  let closeControl = async (): Promise<void> => {}
  let started = false
  let stopping = false
  let allGone = (): void => {}

  const stopped = new Promise<void>((resolve) => { allGone = resolve })
  const forget = followSignals({
    stop (signal) {
      log.info({ signal }, 'closing: running requests may finish')
      const within = stopTime(applied.model, notice)
      supervisor?.stopping(within)
      stop(within)
    },
    abandon: killAll,
    async renew () { await reloadOrRenew() }
  })
  uncaughtExceptions?.watches(log, () => {
    stop(FAULT_DRAIN)
    return stopped
  })
  process.once('exit', killAll)
  cluster.setupPrimary({ stdio: workerStdio() })
  /** Outputs of workers whose last lines have not arrived. */
  const outputs = new Set<Promise<void>>()
  try {
    if (control !== undefined) {
      closeControl = await (await import('../reload/control-socket.ts')).openControlSocket({
        path: control,
        log,
        reload: reloadOrRenew,
        status: async () => ({
          pid: process.pid,
          address,
          revision: applied.revision,
          endpoints: applied.model.endpoints.length,
          reloads: counts,
          workers: describeSlots(),
          hostsOut: await askHosts()
        })
      })
    }
    await (await metrics.prepare(model)).take()
    const [one, ...others] = slots
    const begun = await start(one!)
    address = begun.address
    started = true
    onServing?.()
    if (!stopping) await Promise.all(others.map((slot) => start(slot).catch(() => {})))
    if (watch) await reloads.watch([...first.files, ...begun.files])
    if (!stopping) {
      onListening?.(address, listening())
      supervisor?.ready(describeWorkers())
      supervisor?.watch(() => pingWorkers(voters()))
    }
    await stopped
  } catch (err) {
    if (!stopping) throw err
  } finally {
    reloads.close()
    await Promise.all([closeControl(), metrics.close()])
    await supervisor?.close()
    process.off('exit', killAll)
    forget()
    await withTimeout(Promise.all(outputs), CLOSE, () => new Error('the last log lines of a worker are missing')).catch(() => {})
    await withTimeout(
      switchboard.close(),
      CLOSE,
      () => new Error('services in the primary did not close in time')
    ).catch((err: unknown) => { log.error({ err }, 'closing failed') })
  }

  function describeSlots (): WorkerState[] {
    return slots.map(({ id, worker, listens }) => ({ id, pid: worker?.process.pid ?? null, serves: listens }))
  }

  function describeWorkers (): string {
    return `${listening()} of ${count} workers serve on ${address}`
  }

  function reloadOrRenew (): Promise<ControlAnswer> {
    return supervisor === null ? reloadOrRenewNow() : supervisor.reloading(reloadOrRenewNow)
  }

  async function reloadOrRenewNow (): Promise<ControlAnswer> {
    const result = await reloads.reload()
    if (result !== 'renew') return result
    for (const { worker } of slots) if (worker !== null) tell<MessageToWorker>(worker, { floodgate: 'renew' })
    return { renewed: true, revision: applied.revision }
  }

  /** All workers or none. */
  async function apply (loaded: LoadedConfig): Promise<string[]> {
    switchboard.extend(configuredFeatures(allFeatures(features), loaded.model), loaded.model)
    const nextLog = await createServiceLogger(loaded, debug)
    const port = await metrics.prepare(loaded.model)
    let isTaken = false
    offered = loaded
    try {
      const round = reloadWorkers(voters(), loaded.revision)
      const files = await round.prepare()
      if (stopping) throw gatewayStops()
      switchboard.update(loaded.model)
      // Replacements get it from now on, even if the workers that prepared it end.
      applied = loaded
      log = nextLog
      isTaken = true
      await port.take()
      await round.swap()
      return files
    } finally {
      if (!isTaken) await port.abandon()
      offered = null
      for (const answer of undecided.splice(0)) answer()
    }
  }

  function voters (): Voter[] {
    return slots.flatMap(({ id, worker, isReady }) => worker !== null && isReady ? [{ id, worker }] : [])
  }

  /** Resolves with the address when the worker listens; a worker that ends before is replaced, unless it is the first of all. */
  function start (slot: Slot): Promise<Extract<MessageToPrimary, { floodgate: 'listening' }>> {
    return new Promise((resolve, reject) => {
      let since = 0
      let over = false
      const end = (worker: Worker | null, status: number | null, how: string, reason = 'start'): void => {
        if (over) return
        over = true
        clearTimeout(late)
        slot.worker = null
        slot.isReady = slot.listens = false
        switchboard.remove(slot.id)
        reject(new WorkerStartError(status))
        if (stopping) {
          if (slots.every((other) => other.worker === null)) allGone()
        } else if (started || since > 0) {
          metrics.restarted(since > 0 ? reason : 'start')
          replace(
            slot,
            since > 0 && performance.now() - since > STABLE,
            `worker ${slot.id}${worker === null ? '' : ` (process ${worker.process.pid})`} ${how}`
          )
        }
      }
      const late = setTimeout(() => {
        log.error(`worker ${slot.id} does not listen after ${START} ms: it is killed`)
        slot.worker?.process.kill('SIGKILL')
      }, START)
      let worker: Worker
      try {
        worker = cluster.fork(workerEnvironment({ id: slot.id, count, port }))
      } catch (error) {
        return end(null, null, `cannot be started: ${(error as Error).message}`)
      }
      slot.worker = worker
      slot.given = null
      returnUnaccepted(worker, () => !stopping && slots.some((other) => other !== slot && other.listens))
      /** During a reload, a worker that starts waits for its result. */
      const inTime = (answer: () => void): void => {
        if (offered !== null && !slot.isReady) undecided.push(answer)
        else answer()
      }
      const output = forwardOutput(worker)
      outputs.add(output)
      output.then(() => { outputs.delete(output) }, () => {})
      switchboard.add(slot.id, (frames) => tell<MessageToWorker>(worker, { floodgate: 'bus', frames }))
      // The process could not be started, so there may be no `exit`; or a message could not be sent, which `exit` explains.
      worker.on('error', (error: Error) => {
        if (worker.process.pid === undefined) end(worker, null, `cannot be started: ${error.message}`)
        else log.warn({ err: error }, `worker ${slot.id}: its channel failed`)
      })
      worker.on('message', (message: MessageToPrimary) => {
        if (message.floodgate === 'bus') return switchboard.receive(slot.id, message.frames)
        // The text that is served, or asked to be served, not what the file holds by now.
        if (message.floodgate === 'hello') {
          return inTime(() => {
            slot.given = slot.isReady && offered !== null ? offered : applied
            const { text } = slot.given
            tell<MessageToWorker>(worker, { floodgate: 'configuration', text: text?.file === message.file ? text : null })
          })
        }
        if (message.floodgate === 'built') {
          return inTime(() => {
            // What it has built may have been replaced meanwhile.
            slot.isReady = slot.given === null || slot.given === applied
            tell<MessageToWorker>(worker, { floodgate: slot.isReady ? 'listen' : 'again' })
          })
        }
        if (message.floodgate !== 'listening') return
        clearTimeout(late)
        since = performance.now()
        slot.listens = true
        log.info(`worker ${slot.id} (process ${worker.process.pid}) serves`)
        supervisor?.status(describeWorkers())
        resolve(message)
      })
      worker.on('exit', (status: number | null, signal: string | null) => {
        afterLastMessage(worker, () => { end(worker, status, `ended with ${signal ?? `status ${status}`}`, signal ?? 'exit') })
      })
    })
  }

  function replace (slot: Slot, wasStable: boolean, what: string): void {
    if (wasStable) slot.deaths = 0
    const wait = backOff(slot.deaths++)
    log.error(
      `${what}: its replacement starts ${wait === 0 ? 'now' : `in ${wait} ms`}${slot.deaths > 2 ? `, after ${slot.deaths} ends in a row` : ''}`
    )
    if (listening() === 0) log.error('no worker serves: requests are not answered until one does')
    supervisor?.status(describeWorkers())
    slot.timer = setTimeout(() => { start(slot).catch(() => {}) }, wait)
  }

  function listening (): number {
    return slots.filter(({ listens }) => listens).length
  }

  function stop (ms: number): void {
    stopping = true
    for (const { worker, timer } of slots) {
      clearTimeout(timer)
      if (worker !== null) tell<MessageToWorker>(worker, { floodgate: 'drain' })
    }
    setTimeout(killAll, ms).unref()
    if (slots.every(({ worker }) => worker === null)) allGone()
  }

  function killAll (): void {
    for (const { worker } of slots) worker?.process.kill('SIGKILL')
  }
}
