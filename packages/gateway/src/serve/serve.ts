import type { LoadedConfig } from '@floodgate/config-loader'
import { workerIdentity } from '../workers/worker-identity.ts'
import { serveAlone } from './alone.ts'
import type { ServeOptions } from './serve-options.ts'

/**
 * Serves a loaded configuration until SIGTERM or SIGINT, and resolves when the last request has been answered. A second
 * signal ends the process immediately. SIGHUP reads files again.
 *
 * With `workers` the program itself is started once more for each of them (node:cluster): it reaches the same call of
 * `serve`, which makes it a worker.
 *
 * @throws {FG_ERR_CONFIG_INVALID} a feature found problems in its settings
 * @throws {FG_ERR_GATEWAY_WORKER_START} the first worker could not start
 * @throws the error of listening: EADDRINUSE, …
 */
export async function serve (loaded: LoadedConfig, { workers, ...options }: ServeOptions = {}): Promise<void> {
  if (workers === undefined) return serveAlone(loaded, options)
  const place = workerIdentity()
  if (place !== null) return (await import('../workers/worker.ts')).serveAsWorker(loaded, options, place)
  return (await import('../workers/primary.ts')).servePrimary(loaded, { ...options, workers })
}
