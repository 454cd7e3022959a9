import { ConfigError, formatProblems } from '@floodgate/config-loader'
import { createServer, listen, loadConfiguration, type LoadedConfig } from '@floodgate/gateway'
import { exitCodes } from '../exit-codes.ts'
import type { ConfigOptions } from '../load.ts'
import { closeOnSignal } from '../signals.ts'
import { summarize } from '../summary.ts'
import type { Terminal } from '../terminal.ts'

export interface RunOptions extends ConfigOptions {
  port?: number
}

/** Serves a configuration until a signal ends it. Resolves to the exit status. */
export async function run (options: RunOptions, { err: write, errColor: color }: Terminal): Promise<number> {
  let loaded: LoadedConfig
  try {
    loaded = await loadConfiguration(options.config, { allowUnsupported: options.allowUnsupported ?? [] })
  } catch (err) {
    if (!(err instanceof ConfigError)) throw err
    write(`${formatProblems(err.problems, { color })}\n`)
    return exitCodes.configuration
  }
  if (loaded.problems.length > 0) write(`${formatProblems(loaded.problems, { color })}\n`)
  try {
    const app = await createServer(loaded, { debug: options.debug })
    const signals = closeOnSignal(app, loaded.model.maxShutdownWaitTime)
    const address = await listen(app, loaded.model, options.port)
    write(summarize(loaded, address))
    await signals.closed
    return exitCodes.ok
  } catch (err) {
    if (err instanceof ConfigError) {
      write(`${formatProblems(err.problems, { color })}\n`)
      return exitCodes.configuration
    }
    write(`floodgate: the gateway could not start: ${(err as Error).message}\n`)
    process.exit(exitCodes.start)
  }
}
