import http from 'node:http'
import https from 'node:https'
import type { AddressInfo, Server, Socket } from 'node:net'

/** The part of a tap test that helpers need: something to run when it ends. */
export interface Teardown { teardown (fn: () => unknown): void }

export interface Origin {
  /** `http://127.0.0.1:port` */
  readonly url: string
  readonly port: number
  readonly server: http.Server
  /** Connections accepted so far, and the sockets open now. */
  accepted: number
  readonly sockets: Set<Socket>
}

/**
 * Starts a real HTTP server (HTTPS where `tls` is given) on a loopback port, by default a free one, and takes it down
 * with the test.
 */
export async function startOrigin (
  t: Teardown,
  handler: http.RequestListener,
  tls?: https.ServerOptions,
  { port: wanted = 0 } = {}
): Promise<Origin> {
  const server = tls ? https.createServer(tls, handler) : http.createServer(handler)
  // Idle connections outlive a machine that stops for a moment.
  server.keepAliveTimeout = 60_000
  const sockets = trackSockets(server)
  server.on('tlsClientError', () => {})
  const port = await listen(server, wanted)
  const origin: Origin = { url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`, port, server, accepted: 0, sockets }
  server.on('connection', () => { origin.accepted++ })
  t.teardown(() => new Promise<void>((resolve) => {
    server.close(() => { resolve() })
    for (const socket of sockets) socket.destroy()
  }))
  return origin
}

/** Keeps the set of a server's open sockets, also of those it opened itself and told with `outgoing`. */
export function trackSockets (server: Server): Set<Socket> {
  const sockets = new Set<Socket>()
  for (const event of ['connection', 'outgoing']) {
    server.on(event, (socket: Socket) => {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => { sockets.delete(socket) })
    })
  }
  return sockets
}

/** Listens on a loopback port, by default a free one, and tells which. */
export function listen (server: Server, port = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => { resolve((server.address() as AddressInfo).port) })
  })
}

/** Reads a stream to its end. */
export async function readAll (stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}
