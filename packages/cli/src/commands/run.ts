import { ConfigError, formatProblems } from '@floodgate/config-loader'
import { WorkerStartError, availableCpus, isWorker, loadConfiguration, serve, type LoadedConfig } from '@floodgate/gateway'
import { exitCodes } from '../exit-codes.ts'
import type { ConfigOptions } from '../load.ts'
import { optimizeAsUsual } from '../optimizer.ts'
import { summarize } from '../summary.ts'
import type { Terminal } from '../terminal.ts'

export interface RunOptions extends ConfigOptions {
  port?: number
  workers?: number | 'auto'
}

/** Serves a configuration until a signal ends it. Resolves to the exit status. */
export async function run (options: RunOptions, { err: write, errColor: color }: Terminal): Promise<number> {
  const workers = options.workers === 'auto' ? availableCpus() : options.workers
  try {
    const loaded: LoadedConfig = await loadConfiguration(options.config, { allowUnsupported: options.allowUnsupported ?? [], debugEndpoint: options.debug > 0 })
    // The primary has told them.
    if (loaded.problems.length > 0 && !isWorker()) write(`${formatProblems(loaded.problems, { color })}\n`)
    await serve(loaded, { debug: options.debug, port: options.port, workers, onServing: optimizeAsUsual, onListening: (address) => { write(summarize(loaded, address, workers)) } })
    return exitCodes.ok
  } catch (err) {
    if (err instanceof ConfigError) {
      write(`${formatProblems(err.problems, { color })}\n`)
      return exitCodes.configuration
    }
    if (err instanceof WorkerStartError) return err.status ?? exitCodes.start
    write(`floodgate: the gateway could not start: ${(err as Error).message}\n`)
    process.exit(exitCodes.start)
  }
}
