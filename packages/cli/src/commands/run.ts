import { ConfigError, formatProblems } from '@floodgate/config-loader'
import {
  FAULT_STATUS, WorkerStartError, availableCpus, createUncaughtExceptions, endDestinations, isWorker, loadConfiguration, serve,
  writeMessage, type UncaughtExceptions, type LoadedConfig
} from '@floodgate/gateway'
import { createPause, type Pause } from '@floodgate/core'
import { exitCodes } from '../exit-codes.ts'
import { policy, type ConfigOptions } from '../load.ts'
import { optimizeAsUsual } from '../optimizer.ts'
import { summarize } from '../summary.ts'
import type { Terminal } from '../terminal.ts'

export interface RunOptions extends ConfigOptions {
  port?: number
  workers?: number | 'auto'
  watch?: boolean
  control?: string
  /** In ms. */
  drainNotice?: number
}

/**
 * Serves a configuration until a signal ends it. Resolves to the exit status, unless the terminal ends the process with
 * it: handles that could not be closed, and output that could not be written, must not keep it running.
 */
export async function run (options: RunOptions, { err, errColor: color, exit }: Terminal): Promise<number> {
  // Its messages do not wait for a reader either; if the process is not ours, the caller collects them.
  const write = exit === undefined ? err : writeMessage
  const uncaughtExceptions = createUncaughtExceptions(write)
  try {
    const served = await serveUntilTheEnd(options, write, color, uncaughtExceptions)
    const status = uncaughtExceptions.faulted ? FAULT_STATUS : served
    await endDestinations()
    exit?.(status)
    return status
  } finally {
    uncaughtExceptions.forget()
  }
}

async function serveUntilTheEnd (options: RunOptions, write: Terminal['err'], color: boolean, uncaughtExceptions: UncaughtExceptions): Promise<number> {
  const workers = options.workers === 'auto' ? availableCpus() : options.workers
  try {
    const load = (files: Set<string>, pause?: Pause): Promise<LoadedConfig> =>
      loadConfiguration(options.config, { ...policy(options), debugEndpoint: options.debug > 0, files, ...pause && { pause } })
    const loaded = await load(new Set())
    // The primary has reported them.
    if (loaded.problems.length > 0 && !isWorker()) write(`${formatProblems(loaded.problems, { color, audience: 'command' })}\n`)
    await serve(
      loaded,
      {
        debug: options.debug,
        port: options.port,
        workers,
        uncaughtExceptions,
        reload: (files) => load(files, createPause()),
        watch: options.watch,
        control: options.control,
        notice: options.drainNotice,
        onServing: optimizeAsUsual,
        onListening: (address, listening) => { write(summarize(loaded, address, workers, listening)) }
      }
    )
    return exitCodes.ok
  } catch (err) {
    if (err instanceof ConfigError) {
      write(`${formatProblems(err.problems, { color, audience: 'command' })}\n`)
      return exitCodes.configuration
    }
    if (err instanceof WorkerStartError) return err.status ?? exitCodes.start
    write(`floodgate: the gateway could not start: ${err instanceof Error ? err.message : String(err)}\n`)
    return exitCodes.start
  }
}
