import type { LoadedConfig } from '@floodgate/config-loader'
import type { ReloadResult } from '@floodgate/engine'
import { createReloader, type ReloaderOptions } from './reloader.ts'
import { watchConfiguration, type ConfigurationWatch } from './watch-configuration.ts'

/** Reads a configuration, and fills `files` with what it reads. */
export type Load = (files: Set<string>) => Promise<LoadedConfig>

export interface ReloadsOptions extends ReloaderOptions {
  /** Reads the configuration; absent: it is never replaced. */
  readonly load?: Load | undefined
  /** Does the work of an attempt; for a supervisor that is notified before and after it. Default: it does. */
  readonly around?: <Result>(work: () => Promise<Result>) => Promise<Result>
  /** Replaces what is served everywhere, or throws and has changed nothing. Resolves with the files that features have read. */
  readonly apply: (loaded: LoadedConfig) => Promise<Iterable<string>>
}

/** The reasons to replace the configuration of a process: signals, requests, changed files. */
export interface Reloads {
  /**
   * Replaces it. `renew`: there is no other configuration, so that what is left to do is to read other files again:
   * certificates, keys, lists. With another one, connections of unchanged settings are kept.
   */
  reload (): Promise<ReloadResult | 'renew'>
  /** Replaces it by another configuration than the usual one. Called one after the other. */
  replace (load: Load): Promise<ReloadResult>
  /**
   * Replaces it when one of these files changes, or one that is read later.
   *
   * @param files what was read for what is served
   */
  watch (files: Iterable<string>): Promise<void>
  close (): void
}

export function createReloads ({ load, apply, around = (work) => work(), ...options }: ReloadsOptions): Reloads {
  const reloader = createReloader(options)
  let watch: ConfigurationWatch | null = null
  let files = new Set<string>()
  let last: ReloadResult | null = null

  async function attempt (from: Load = load!, changed: readonly string[] = []): Promise<ReloadResult> {
    const read = new Set<string>()
    const result = await around(() => reloader.reload({
      changed,
      load: () => from(read),
      async apply (loaded) { for (const file of await apply(loaded)) read.add(file) }
    }))
    // After a failure, what is in use may become valid again. Nothing is read for an attempt that a later one replaced.
    if (result.changed === null || read.size === 0) for (const file of read) files.add(file)
    else files = read
    last = result
    return result
  }

  return {
    async reload () {
      if (load === undefined) return 'renew'
      const { revision } = options.current()
      await (watch === null ? attempt() : watch.attempt())
      return last!.changed !== null && last!.revision === revision ? 'renew' : last!
    },
    async replace (from) {
      if (watch === null) return attempt(from)
      let result: ReloadResult
      await watch.attempt(async (changed) => {
        result = await attempt(from, changed)
        return { files, isApplied: result.changed !== null }
      })
      return result!
    },
    async watch (first) {
      if (load === undefined) return
      files = new Set(first)
      watch = await watchConfiguration(files, {
        async attempt (changed) {
          await attempt(load, changed)
          return { files, isApplied: last!.changed !== null }
        },
        onReturn () {
          const { revision } = options.current()
          options.log().info({ revision }, 'the files have the content again that is in use: nothing is to be reloaded')
        }
      })
    },
    close () { watch?.close() }
  }
}
