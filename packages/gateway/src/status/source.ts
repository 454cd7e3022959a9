import type { MetricFamily } from '@floodgate/core'
import type { HostOut } from '../reload/hosts-out.ts'
import type { ReloadNote } from './reload-notes.ts'

/** A worker, as `floodgate status` shows it. */
export interface WorkerState {
  readonly id: number
  readonly pid: number | null
  readonly serves: boolean
}

/** Where the status page gets its figures from. */
export interface StatusSource {
  /** The metrics of all processes together. */
  read (): readonly MetricFamily[] | Promise<readonly MetricFamily[]>
  /** Asked when a metric says that one is out. */
  hostsOut (): readonly HostOut[] | Promise<readonly HostOut[]>
  /** Attempts to replace the configuration, the last one first. */
  reloads (): readonly ReloadNote[]
  revision (): string
  /** null = the process serves alone. */
  workers (): readonly WorkerState[] | null
}
