import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { FastifyBaseLogger } from 'fastify'
import { createRawServer } from '@floodgate/core'
import { writeAddress } from '@floodgate/http-client'
import { metricsNotListening } from '../errors.ts'
import { contentType } from './exposition.ts'

export type MetricsLog = Pick<FastifyBaseLogger, 'error' | 'info'>

export interface MetricsListener {
  /** `http://127.0.0.1:9090/metrics` */
  readonly url: string
  close (): Promise<void>
}

const path = '/metrics'

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
export async function serveMetrics (port: number, host: string, read: () => string, log: MetricsLog): Promise<MetricsListener> {
  const server = createRawServer('metrics', (request, response) => { answer(request, response, read) }, log).unref()
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      reject(metricsNotListening(writeAddress(host, port), reasons[cause.code ?? ''] ?? cause.message, cause))
    })
    // Not shared with other workers.
    server.listen({ port, host, exclusive: true }, resolve)
  })
  return {
    url: `http://${writeAddress(host, (server.address() as AddressInfo).port)}${path}`,
    async close () {
      const closed = new Promise((resolve) => { server.close(resolve) })
      server.closeAllConnections()
      await closed
    }
  }
}

function answer ({ method, url = '' }: IncomingMessage, response: ServerResponse, read: () => string): void {
  if (url.split('?', 1)[0] !== path) response.writeHead(404).end()
  else if (method !== 'GET' && method !== 'HEAD') response.writeHead(405, { allow: 'GET, HEAD' }).end()
  else response.writeHead(200, { 'content-type': contentType }).end(read())
}
