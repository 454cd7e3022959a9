import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createRawServer } from '@floodgate/core'
import { writeAddress } from '@floodgate/http-client'
import type { FastifyBaseLogger } from 'fastify'
import type { PrometheusSettings } from '../options.ts'
import { contentType } from './prometheus-text.ts'

/** A port that serves `/metrics`. */
export interface PrometheusListener {
  /** `http://127.0.0.1:9090/metrics` */
  readonly url: string
  close (): Promise<void>
}

/**
 * Opens the port of an exporter. It does not keep the process running.
 *
 * @param read writes the metrics, per request
 * @throws the error of `listen`
 */
export async function openPrometheus (
  { port = 9090, listen_ip: host = '' }: PrometheusSettings,
  read: () => string | Promise<string>,
  log: FastifyBaseLogger
): Promise<PrometheusListener> {
  const server = createRawServer('telemetry/opentelemetry', (request, response) => answer(request, response, read), log).unref()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, ...host !== '' && { host }, exclusive: true }, resolve)
  })
  const { port: opened } = server.address() as AddressInfo
  return {
    url: `http://${writeAddress(host === '' ? '127.0.0.1' : host, opened)}/metrics`,
    async close () {
      const closed = new Promise((resolve) => { server.close(resolve) })
      server.closeAllConnections()
      await closed
    }
  }
}

async function answer ({ method, url = '' }: IncomingMessage, response: ServerResponse, read: () => string | Promise<string>): Promise<void> {
  if (url.split('?', 1)[0] !== '/metrics') response.writeHead(404).end()
  else if (method !== 'GET' && method !== 'HEAD') response.writeHead(405, { allow: 'GET, HEAD' }).end()
  else response.writeHead(200, { 'content-type': contentType }).end(await read())
}
