import type { LoadedConfig } from '@floodgate/config-loader'
import type { UncaughtExceptions } from './uncaught-exceptions.ts'
import type { ServerOptions } from './server.ts'

export interface ServeOptions extends Omit<ServerOptions, 'workers' | 'silent'> {
  /** Port to listen on, before the configuration's; 0 takes a free one. */
  readonly port?: number | undefined
  /** How many processes share the work; this one then only watches over them. Default: this one serves alone. */
  readonly workers?: number | undefined
  /** Called when requests are served, with the address, and with how many of the workers listen; not in workers. */
  readonly onListening?: ((address: string, workers?: number) => void) | undefined
  /** Called in every process when its start is over: it serves requests, or watches over workers that do. */
  readonly onServing?: (() => void) | undefined
  /**
   * Reads the configuration again when it is to be replaced (SIGHUP); it rejects if it cannot be used, and the one before
   * stays. Default: SIGHUP reads only certificates, keys and lists again.
   *
   * @param files pass them to `loadConfiguration`, which fills them
   */
  readonly reload?: ((files: Set<string>) => Promise<LoadedConfig>) | undefined
  /** Replaces the configuration by what `reload` returns when the files change that it was read from. Default: false. */
  readonly watch?: boolean | undefined
  /** How long it still accepts requests when it stops, in ms, before the configuration's `floodgate.health.notice`. */
  readonly notice?: number | undefined
  /** Path of a local socket for `floodgate reload` and `floodgate status`. Default: none. */
  readonly control?: string | undefined
  /** Handling of uncaught exceptions. Default: Node's, which ends the process immediately. */
  readonly uncaughtExceptions?: UncaughtExceptions | undefined
}
