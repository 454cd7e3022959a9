import type { MetricsServer } from '@floodgate/telemetry/metrics-server'
import type { OwnSettings } from '../own-settings.ts'
import { createKeptPort, type KeptPort } from './kept-port.ts'
import { serveMetrics, type MetricsLog } from './listener.ts'

type MetricsSettings = NonNullable<OwnSettings['metrics']>

/** The port of the metrics of a process; its `url` is `http://127.0.0.1:9090/metrics`. */
export type MetricsPort = KeptPort<MetricsSettings, MetricsServer>

export interface MetricsPortOptions {
  readonly log: MetricsLog
  /** Returns the metrics as text; called per request. */
  read (): string | Promise<string>
}

/** Serves the metrics of a process on a port that stays open while its settings stay equal. */
export function createMetricsPort ({ log, read }: MetricsPortOptions): MetricsPort {
  const hostOf = ({ listen_ip: host = '127.0.0.1' }: MetricsSettings): string => host
  return createKeptPort<MetricsSettings, MetricsServer>({
    name: 'metrics',
    log,
    isSame: (one, other) => one.port === other.port && hostOf(one) === hostOf(other),
    open: (settings) => serveMetrics(settings.port, hostOf(settings), read, log)
  })
}
