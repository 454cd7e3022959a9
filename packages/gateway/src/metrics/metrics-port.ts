import type { OwnSettings } from '../own-settings.ts'
import type { MetricsServer } from '@floodgate/telemetry/metrics-server'
import { serveMetrics, type MetricsLog } from './listener.ts'

type MetricsSettings = NonNullable<OwnSettings['metrics']>

/** The port of the metrics of a process. */
export interface MetricsPort {
  /** `http://127.0.0.1:9090/metrics`; null = no port is open. */
  readonly url: string | null
  /**
   * Opens the port of other settings beside the current one; undefined = none is wanted.
   *
   * @throws {FG_ERR_GATEWAY_METRICS_LISTEN}
   */
  prepare (settings: MetricsSettings | undefined): Promise<PreparedPort>
  close (): Promise<void>
}

/** A port that is open beside the current one: one of both has to close. */
export interface PreparedPort {
  /** Closes the one before. */
  take (): Promise<void>
  abandon (): Promise<void>
}

export interface MetricsPortOptions {
  readonly log: MetricsLog
  /** Returns the metrics as text; called per request. */
  read (): string | Promise<string>
}

const nothing = async (): Promise<void> => {}

/** Serves the metrics of a process on a port that stays open while its settings stay equal. */
export function createMetricsPort ({ log, read }: MetricsPortOptions): MetricsPort {
  let current: { readonly listener: MetricsServer, readonly port: number, readonly host: string } | null = null

  async function open ({ port, listen_ip: host = '127.0.0.1' }: MetricsSettings): Promise<PreparedPort> {
    if (current?.port === port && current.host === host) return { take: nothing, abandon: nothing }
    const listener = await serveMetrics(port, host, read, log)
    return {
      async take () {
        const before = current
        current = { listener, port, host }
        log.info(`metrics at ${listener.url}`)
        await before?.listener.close()
      },
      abandon: () => listener.close()
    }
  }

  async function close (): Promise<void> {
    const last = current
    current = null
    await last?.listener.close()
  }

  return {
    get url () { return current?.listener.url ?? null },
    prepare: async (settings) => settings === undefined ? { take: close, abandon: nothing } : open(settings),
    close
  }
}
