import type { FastifyInstance } from 'fastify'
import type { Workers } from '@floodgate/core'
import type { ClientStatistics } from '@floodgate/http-client'
import type { OwnSettings } from '../own-settings.ts'
import { describeClientMetrics } from './client-metrics.ts'
import { writeExposition } from './exposition.ts'
import { serveMetrics, type MetricsListener } from './listener.ts'

/** The sources of a gateway's metrics. */
export interface MetricsSource {
  readonly workers: Workers | null
  stats (): ClientStatistics[]
}

/** Serves a gateway's metrics from when its app is ready until they are closed. */
export function addMetrics (
  scope: FastifyInstance,
  { port, listen_ip: host = '127.0.0.1' }: NonNullable<OwnSettings['metrics']>,
  { workers, stats }: MetricsSource
): { readonly url: string | null, close (): Promise<void> } {
  let listener: MetricsListener | null = null
  // With one shared port, the response would be that of a random worker.
  const own = port === 0 || workers === null ? port : port + workers.id - 1
  scope.addHook('onReady', async () => {
    listener = await serveMetrics(own, host, () => writeExposition(describeClientMetrics(stats())), scope.log)
    scope.log.info(`metrics at ${listener.url}`)
  })
  return {
    get url () { return listener?.url ?? null },
    async close () {
      await listener?.close()
      listener = null
    }
  }
}
