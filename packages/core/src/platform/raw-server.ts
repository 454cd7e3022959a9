import http, { type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import type { FastifyBaseLogger } from 'fastify'
import { asError } from '../faults/foreign.ts'

/** Longest head of a request, and how long it and its body may take, in ms: these ports have few and small requests. */
const limits = { maxHeaderSize: 16_384, headersTimeout: 10_000, requestTimeout: 30_000, connectionsCheckingInterval: 1_000 }

/**
 * Creates a small HTTP server beside the gateway's own (metrics, revocations). What its handler throws, or rejects with,
 * is logged and answered 500, and what goes wrong on the server or one of its connections is logged: none of it ends
 * the process. Heads beyond 16 KB are answered 431; a head that takes longer than 10 s, or a request longer than 30 s, 408.
 *
 * @param name for the log: `metrics`
 */
export function createRawServer (name: string, handler: (request: IncomingMessage, response: ServerResponse) => unknown, log: Pick<FastifyBaseLogger, 'error'>): Server {
  const listener: RequestListener = (request, response) => {
    const fail = (thrown: unknown): void => {
      log.error({ err: asError(thrown) }, `${name}: a request failed`)
      if (response.headersSent) response.destroy()
      else response.writeHead(500, { connection: 'close' }).end()
    }
    // Of a client that is gone; without a listener the first write behind its end would be an uncaught exception.
    response.on('error', () => {})
    try {
      const given = handler(request, response)
      if (given instanceof Promise) given.catch(fail)
    } catch (error) {
      fail(error)
    }
  }
  const server = http.createServer(limits, listener)
  // From the first moment on: a failure to accept a connection comes long after the server listens.
  server.on('error', (err) => { if (server.listening) log.error({ err }, `${name}: the server failed`) })
  return server
}
