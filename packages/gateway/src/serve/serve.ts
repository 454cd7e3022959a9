import type { LoadedConfig } from '@floodgate/config-loader'
import type { ServerOptions } from '../server.ts'
import { placeAmongWorkers } from '../workers/place.ts'
import { serveAlone } from './alone.ts'
import type { LastResort } from './last-resort.ts'

export interface ServeOptions extends Omit<ServerOptions, 'workers' | 'silent'> {
  /** Port to listen on, before the configuration's; 0 takes a free one. */
  readonly port?: number | undefined
  /** How many processes share the work; this one then only watches over them. Default: this one serves alone. */
  readonly workers?: number | undefined
  /** Called when requests are served, with the address, and with how many of the workers listen; not in workers. */
  readonly onListening?: ((address: string, workers?: number) => void) | undefined
  /** Called in every process when its start is over: it serves requests, or watches over workers that do. */
  readonly onServing?: (() => void) | undefined
  /** What becomes of exceptions that nobody catches. Default: what Node does, which ends the process at once. */
  readonly lastResort?: LastResort | undefined
}

/**
 * Serves a loaded configuration until SIGTERM or SIGINT, and resolves when the last request has been answered. A second
 * signal ends the process at once. SIGHUP reads files again.
 *
 * With `workers` the program itself is started once more for each of them (node:cluster): it comes to the same call of
 * `serve`, which makes it a worker.
 *
 * @throws {FG_ERR_CONFIG_INVALID} a feature found problems in its settings
 * @throws {FG_ERR_GATEWAY_WORKER_START} the first worker could not start
 * @throws what listening throws: EADDRINUSE, …
 */
export async function serve (loaded: LoadedConfig, { workers, ...options }: ServeOptions = {}): Promise<void> {
  if (workers === undefined) return serveAlone(loaded, options)
  const place = placeAmongWorkers()
  if (place !== null) return (await import('../workers/worker.ts')).serveAsWorker(loaded, options, place)
  return (await import('../workers/primary.ts')).servePrimary(loaded, { ...options, workers })
}
