import { setTimeout as wait } from 'node:timers/promises'
import { asError } from '@floodgate/core'
import type { FastifyBaseLogger } from 'fastify'
import type { PrometheusSettings } from '../options.ts'
import { openMetricsServer, type MetricsServer } from '../../metrics-server.ts'

/** The ports of all Prometheus exporters. */
export interface PrometheusPorts {
  /** Addresses of the open ones. */
  readonly urls: string[]
  close (): Promise<void>
}

/** How often, and how many ms apart, a port that is in use is tried again: the configuration before may still hold it. */
const tries = 120
const pause = 250

interface Holder { readonly order: number, readonly listener: MetricsServer }

// eslint-disable-next-line no-restricted-syntax -- by address: a process has a port once
const holders = new Map<string, Holder>()
// eslint-disable-next-line no-restricted-syntax -- tells the later configuration
let opened = 0

/**
 * Opens the ports in the background. A port of an earlier call in this process is taken over, so that the metrics are
 * those of the configuration in use while requests of the one before still run. One that is in use otherwise is tried
 * again for 30 s, with a warning; what cannot be opened is logged.
 *
 * @param read writes what the exporter of a name serves
 */
export function openPrometheusPorts (
  exporters: readonly PrometheusSettings[],
  read: (exporter: string) => string | Promise<string>,
  log: FastifyBaseLogger
): PrometheusPorts {
  const listeners: MetricsServer[] = []
  const end = new AbortController()
  const order = ++opened

  async function open (exporter: PrometheusSettings, left = tries): Promise<void> {
    const address = `${exporter.listen_ip ?? ''} ${exporter.port ?? ''}`
    const holder = exporter.port === 0 ? undefined : holders.get(address)
    if (holder !== undefined && holder.order > order) return
    try {
      if (holder !== undefined && holder.order < order) await holder.listener.close()
      const listener = await openMetricsServer({
        name: 'telemetry/opentelemetry',
        port: exporter.port ?? 9090,
        host: exporter.listen_ip ?? '',
        read: () => read(exporter.name),
        log
      })
      if (end.signal.aborted) return await listener.close()
      listeners.push(listener)
      holders.set(address, { order, listener })
      log.info(`telemetry/opentelemetry: metrics of the exporter "${exporter.name}" at ${listener.url}`)
    } catch (error) {
      const { code, message } = asError(error) as NodeJS.ErrnoException
      const text = `telemetry/opentelemetry: the exporter "${exporter.name}" cannot listen: ${message}`
      if (code !== 'EADDRINUSE' || left === 0) { log.error(text); return }
      if (left === tries) log.warn(`${text}; it is tried again for ${tries * pause / 1000} s`)
      await wait(pause, undefined, { ref: false, signal: end.signal })
      await open(exporter, left - 1)
    }
  }

  const opening = Promise.all(exporters.map((exporter) => open(exporter).catch(() => {})))
  return {
    get urls () { return listeners.map(({ url }) => url) },
    async close () {
      end.abort()
      await opening
      await Promise.all(listeners.map((listener) => listener.close()))
      for (const [address, { listener }] of holders) if (listeners.includes(listener)) holders.delete(address)
    }
  }
}
