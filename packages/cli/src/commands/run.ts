import { ConfigError, formatProblems } from '@floodgate/config-loader'
import { createServer, listen, loadConfiguration, type LoadedConfig } from '@floodgate/gateway'
import { exitCodes } from '../exit-codes.ts'
import { colorsFor } from '../colors.ts'
import { summarize } from '../summary.ts'
import { closeOnSignal } from '../signals.ts'

export interface RunOptions {
  config: string
  port?: number
  debug: number
  allowUnsupported: string[]
}

/** Serves a configuration until a signal ends it. Resolves to the exit status. */
export async function run (options: RunOptions): Promise<number> {
  const color = colorsFor(process.stderr)
  let loaded: LoadedConfig
  try {
    loaded = await loadConfiguration(options.config, { allowUnsupported: options.allowUnsupported })
  } catch (err) {
    if (!(err instanceof ConfigError)) throw err
    process.stderr.write(`${formatProblems(err.problems, { color })}\n`)
    return exitCodes.configuration
  }
  if (loaded.problems.length > 0) process.stderr.write(`${formatProblems(loaded.problems, { color })}\n`)
  try {
    const app = await createServer(loaded, { debug: options.debug })
    const signals = closeOnSignal(app, loaded.model.maxShutdownWaitTime)
    const address = await listen(app, loaded.model, options.port)
    process.stderr.write(summarize(loaded, address))
    await signals.closed
    return exitCodes.ok
  } catch (err) {
    if (err instanceof ConfigError) {
      process.stderr.write(`${formatProblems(err.problems, { color })}\n`)
      return exitCodes.configuration
    }
    process.stderr.write(`floodgate: the gateway could not start: ${(err as Error).message}\n`)
    process.exit(exitCodes.start)
  }
}
