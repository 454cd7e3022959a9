import http, { type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { FastifyBaseLogger } from 'fastify'
import { asError } from '../faults/foreign.ts'

/** Largest request head, and timeouts of head and request in ms: these ports have few and small requests. */
const limits = { maxHeaderSize: 16_384, headersTimeout: 10_000, requestTimeout: 30_000, connectionsCheckingInterval: 1_000 }
/** How long a connection may take nothing of what it is sent, in ms. */
const longestSilence = 120_000
/** Requests of one connection that may wait for the answers before theirs. */
const mostWaiting = 1_000

/**
 * Creates a small HTTP server beside the gateway's own (metrics, revocations). Errors of its handler are logged and
 * answered with 500, and errors of the server or its connections are logged: none of them ends the process. Heads
 * beyond 16 KB are answered 431; a head that takes longer than 10 s, or a request longer than 30 s, 408. The requests of one
 * connection are handled one after the other, so that a client that sends many and reads no answer costs the memory of one answer; its
 * connection is cut when nothing has moved for `silence`, or if more than 1,000 requests wait: the answer before theirs may be a stream
 * that does not end.
 *
 * @param name for the log: `metrics`
 * @param silence ms; 0 = no limit, for a handler that takes its time
 */
export function createRawServer (
  name: string,
  handler: (request: IncomingMessage, response: ServerResponse) => unknown,
  log: Pick<FastifyBaseLogger, 'error'>,
  silence = longestSilence
): Server {
  const handle: RequestListener = (request, response) => {
    const fail = (thrown: unknown): void => {
      log.error({ err: asError(thrown) }, `${name}: a request failed`)
      if (response.headersSent) response.destroy()
      else response.writeHead(500, { connection: 'close' }).end()
    }
    // The client has disconnected; without a listener, the first write after that would be an uncaught exception.
    response.on('error', () => {})
    try {
      const given = handler(request, response)
      if (given instanceof Promise) given.catch(fail)
    } catch (error) {
      fail(error)
    }
  }
  const server = http.createServer(limits, inTurn(handle)).setTimeout(silence)
  // Registered permanently: accepting a connection may fail long after the server listens.
  server.on('error', (err) => { if (server.listening) log.error({ err }, `${name}: the server failed`) })
  return server
}

/** Lets the requests of a connection wait until the answers before theirs have been sent. Those of a connection that ends are dropped. */
function inTurn (handle: RequestListener): RequestListener {
  const waiting = new WeakMap<Socket, (() => void)[]>()
  return (request, response) => {
    const { socket } = request
    const others = waiting.get(socket)
    const begin = (): void => {
      response.once('close', () => {
        const next = waiting.get(socket)?.shift()
        if (next === undefined) waiting.delete(socket)
        else if (!socket.destroyed) next()
      })
      handle(request, response)
    }
    if (others !== undefined) {
      if (others.push(begin) > mostWaiting) socket.destroy()
      return
    }
    waiting.set(socket, [])
    begin()
  }
}

/** A port that is open; who opened it closes it. */
export interface OpenedPort {
  /** Stops listening at once, so that another server can listen there; connections stay. */
  pause (): void
  /**
   * Listens at the same port again.
   *
   * @throws the error of `listen`
   */
  resume (): Promise<void>
  /** Cuts all connections and resolves when the port is closed. */
  close (): Promise<void>
}

/**
 * Listens on a port that is not shared with other workers, and does not keep the process running.
 *
 * @param address `port` 0 takes a free one, `host` '' all addresses
 * @throws the error of `listen`
 */
export async function listenApart (
  server: Server,
  { port, host }: { readonly port: number, readonly host: string }
): Promise<OpenedPort> {
  const listen = (port: number) => new Promise<void>((resolve, reject) => {
    server.unref().once('error', reject)
    server.listen({ port, ...host !== '' && { host }, exclusive: true }, () => {
      server.off('error', reject)
      resolve()
    })
  })
  await listen(port)
  const { port: opened } = server.address() as AddressInfo
  return {
    pause () { server.close() },
    resume: () => listen(opened),
    async close () {
      const closed = new Promise((resolve) => { server.close(resolve) })
      server.closeAllConnections()
      await closed
    }
  }
}
