import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createRawServer } from '@floodgate/core'
import { writeAddress } from '@floodgate/http-client'
import type { FastifyBaseLogger } from 'fastify'

/** A port that serves `/metrics` to Prometheus. */
export interface MetricsServer {
  /** `http://127.0.0.1:9090/metrics` */
  readonly url: string
  close (): Promise<void>
}

export interface MetricsServerOptions {
  /** Who serves it, for the log. */
  readonly name: string
  /** 0 takes a free one. */
  readonly port: number
  /** Address to listen on; '' = all addresses. */
  readonly host: string
  /** Writes the metrics in Prometheus' text format 0.0.4; called per request. */
  read (): string | Promise<string>
  readonly log: Pick<FastifyBaseLogger, 'error'>
}

const path = '/metrics'
const contentType = 'text/plain; version=0.0.4; charset=utf-8'

/**
 * Serves metrics at `/metrics` on a port of its own, which is not shared with other workers. It does not keep the
 * process running; the caller closes it.
 *
 * @throws the error of `listen`
 */
export async function openMetricsServer ({ name, port, host, read, log }: MetricsServerOptions): Promise<MetricsServer> {
  const server = createRawServer(name, (request, response) => answer(request, response, read), log).unref()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, ...host !== '' && { host }, exclusive: true }, resolve)
  })
  const { port: opened } = server.address() as AddressInfo
  return {
    url: `http://${writeAddress(host === '' ? '127.0.0.1' : host, opened)}${path}`,
    async close () {
      const closed = new Promise((resolve) => { server.close(resolve) })
      server.closeAllConnections()
      await closed
    }
  }
}

async function answer (
  { method, url = '' }: IncomingMessage,
  response: ServerResponse,
  read: MetricsServerOptions['read']
): Promise<void> {
  if (url.split('?', 1)[0] !== path) response.writeHead(404).end()
  else if (method !== 'GET' && method !== 'HEAD') response.writeHead(405, { allow: 'GET, HEAD' }).end()
  else {
    const text = await read()
    response.writeHead(200, { 'content-type': contentType }).end(text)
  }
}
