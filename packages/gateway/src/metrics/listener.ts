import type { FastifyBaseLogger } from 'fastify'
import { writeAddress } from '@floodgate/http-client'
import { openMetricsServer, type MetricsServer } from '@floodgate/telemetry/metrics-server'
import { metricsNotListening } from '../errors.ts'

export type MetricsLog = Pick<FastifyBaseLogger, 'error' | 'info'>

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is already in use',
  EADDRNOTAVAIL: 'this machine does not have this address',
  EACCES: 'this user is not allowed to use the port'
}

/**
 * Serves metrics at `/metrics` on a separate port. Does not keep the process running.
 *
 * @param read is called per request
 * @throws {FG_ERR_GATEWAY_METRICS_LISTEN}
 */
export async function serveMetrics (
  port: number,
  host: string,
  read: () => string | Promise<string>,
  log: MetricsLog
): Promise<MetricsServer> {
  try {
    return await openMetricsServer({ name: 'metrics', port, host, read, log })
  } catch (error) {
    throw metricsNotListening(writeAddress(host, port), describeCause(error as Error), error as Error)
  }
}

/** Says why a port cannot be opened. */
export function describeCause (cause: NodeJS.ErrnoException): string {
  return reasons[cause.code ?? ''] ?? cause.message
}
