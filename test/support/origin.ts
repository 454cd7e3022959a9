import http from 'node:http'
import https from 'node:https'
import type { AddressInfo, Socket } from 'node:net'

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

/** Starts a real HTTP server (HTTPS where `tls` is given) on a free loopback port, and takes it down with the test. */
export async function startOrigin (t: Teardown, handler: http.RequestListener, tls?: https.ServerOptions): Promise<Origin> {
  const server = tls ? https.createServer(tls, handler) : http.createServer(handler)
  const sockets = new Set<Socket>()
  server.on('tlsClientError', () => {})
  const port = await listen(server)
  const origin: Origin = { url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`, port, server, accepted: 0, sockets }
  server.on('connection', (socket) => {
    origin.accepted++
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => { sockets.delete(socket) })
  })
  t.teardown(() => new Promise<void>((resolve) => {
    server.close(() => { resolve() })
    for (const socket of sockets) socket.destroy()
  }))
  return origin
}

/** Listens on a free loopback port and tells which. */
export function listen (server: import('node:net').Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => { resolve((server.address() as AddressInfo).port) })
  })
}

/** Reads a stream to its end. */
export async function readAll (stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}
