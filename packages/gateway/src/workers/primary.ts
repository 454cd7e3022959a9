import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import type { LoadedConfig } from '@floodgate/config-loader'
import { createSwitchboard } from '@floodgate/core'
import { configuredFeatures } from '../configured-features.ts'
import { WorkerStartError } from '../errors.ts'
import { allFeatures } from '../load.ts'
import { NOTICE, drainTime } from '../serve/drain.ts'
import type { ServeOptions } from '../serve/serve.ts'
import { followSignals } from '../serve/signals.ts'
import { createServiceLogger } from '../server.ts'
import { backOff, STABLE } from './back-off.ts'
import { tell, type MessageToPrimary, type MessageToWorker } from './messages.ts'
import { workerEnvironment } from './place.ts'

/** What a worker may need to end beyond the time its requests have, in ms; then it is killed. */
const LAST_CALL = 5_000

/** The place of a worker: who has it now, and what became of those before. */
interface Slot {
  readonly id: number
  worker: Worker | null
  /** Deaths in a row. */
  deaths: number
  /** Waits to replace a dead worker. */
  timer: NodeJS.Timeout | undefined
}

/**
 * Watches over workers that serve: the first one starts alone, so that what stops it stops the start, told once. Later a
 * worker that dies is replaced, after a wait that grows when it dies again and again.
 */
export async function servePrimary (loaded: LoadedConfig, { port: wanted, workers: count, debug = 0, features, onListening, onServing }: ServeOptions & { workers: number }): Promise<void> {
  const { model } = loaded
  const log = createServiceLogger(loaded, debug)
  const port = (wanted ?? model.port) || await freePort(model.listenIp)
  const switchboard = createSwitchboard(configuredFeatures(allFeatures(features), model), { model, log })
  const slots: Slot[] = Array.from({ length: count }, (_, i) => ({ id: i + 1, worker: null, deaths: 0, timer: undefined }))
  let started = false
  let stopping = false
  let allGone = (): void => {}

  const stopped = new Promise<void>((resolve) => { allGone = resolve })
  const forget = followSignals({
    stop (signal) {
      log.info({ signal }, 'closing: running requests may finish')
      stopping = true
      for (const { worker, timer } of slots) {
        clearTimeout(timer)
        if (worker !== null) tell<MessageToWorker>(worker, { floodgate: 'drain' })
      }
      setTimeout(killAll, NOTICE + drainTime(model) + LAST_CALL).unref()
      if (slots.every(({ worker }) => worker === null)) allGone()
    },
    abandon: killAll,
    renew () { for (const { worker } of slots) if (worker !== null) tell<MessageToWorker>(worker, { floodgate: 'renew' }) }
  })
  try {
    const [first, ...others] = slots
    const address = await start(first!)
    started = true
    onServing?.()
    if (!stopping) await Promise.all(others.map((slot) => start(slot).catch(() => {})))
    if (!stopping) onListening?.(address)
    await stopped
  } catch (err) {
    if (!stopping) throw err
  } finally {
    forget()
    await switchboard.close()
  }

  /** Resolves with the address when the worker listens; one that ends before is replaced, unless it is the very first. */
  function start (slot: Slot): Promise<string> {
    const worker = cluster.fork(workerEnvironment({ id: slot.id, count, port }))
    let since = 0
    slot.worker = worker
    switchboard.add(slot.id, (frames) => { tell<MessageToWorker>(worker, { floodgate: 'bus', frames }) })
    return new Promise((resolve, reject) => {
      worker.on('message', (message: MessageToPrimary) => {
        if (message.floodgate === 'bus') return switchboard.receive(slot.id, message.frames)
        since = Date.now()
        log.info(`worker ${slot.id} (process ${worker.process.pid}) serves`)
        resolve(message.address)
      })
      worker.on('exit', (status: number | null, signal: string | null) => {
        slot.worker = null
        switchboard.remove(slot.id)
        reject(new WorkerStartError(status))
        if (stopping) {
          if (slots.every((other) => other.worker === null)) allGone()
        } else if (started || since > 0) replace(slot, since > 0 && Date.now() - since > STABLE, `worker ${slot.id} (process ${worker.process.pid}) ended with ${signal ?? `status ${status}`}`)
      })
    })
  }

  function replace (slot: Slot, wasStable: boolean, what: string): void {
    if (wasStable) slot.deaths = 0
    const wait = backOff(slot.deaths++)
    log.error(`${what}: its replacement starts ${wait === 0 ? 'now' : `in ${wait} ms`}`)
    slot.timer = setTimeout(() => { start(slot).catch(() => {}) }, wait)
  }

  function killAll (): void {
    for (const { worker } of slots) worker?.process.kill('SIGKILL')
  }
}

/** Finds the port that all workers are to listen on; their replacements too. */
async function freePort (host: string): Promise<number> {
  const probe = createServer().listen(0, host === '' ? undefined : host)
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  await once(probe.close(), 'close')
  return port
}
