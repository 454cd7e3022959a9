import http, { type RequestListener, type Server } from 'node:http'
import net, { type AddressInfo, type Socket } from 'node:net'
import tls from 'node:tls'
import { once } from 'node:events'
import type { Service } from '@floodgate/core'
import type { ServerTls } from '@floodgate/settings'
import { createListener } from '@floodgate/router'
import { createAuthority, type Teardown, writeFiles } from '@floodgate/testing'
import { service } from './routing.ts'

export const ca = createAuthority('ca')
/** Listeners that speak HTTP/1: without TLS, with it, and beside HTTP/2 on one port. */
export const transports = ['plain', 'tls', 'h2c'] as const
export type Transport = typeof transports[number]

export interface Front {
  readonly server: Server
  readonly port: number
  /** Opens a connection of HTTP/1; errors of it are ignored. */
  connect (): Promise<Socket>
}

/** Serves a handler on a listener of ours. */
export async function listenFront (t: Teardown, transport: Transport, handler: RequestListener, parts: Partial<Service> = {}): Promise<Front> {
  const server = createListener(service([], { ...parts, ...(transport === 'tls' && { tls: tlsOf(t) }), useH2c: transport === 'h2c' }), handler)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => { server.close(); server.closeAllConnections() })
  const { port } = server.address() as AddressInfo
  return { server, port, connect: () => connectTo(port, transport) }
}

export async function connectTo (port: number, transport: Transport = 'plain'): Promise<Socket> {
  const socket = transport === 'tls' ? tls.connect({ port, host: '127.0.0.1', servername: 'localhost', ca: ca.cert }) : net.connect(port, '127.0.0.1')
  socket.on('error', () => {})
  await once(socket, transport === 'tls' ? 'secureConnect' : 'connect')
  return socket
}

function tlsOf (t: Teardown): ServerTls {
  const { cert, key } = ca.issue({ cn: 'localhost' })
  const files = writeFiles(t, { 'cert.pem': cert, 'key.pem': key })
  return { keys: [{ publicKey: files['cert.pem'], privateKey: files['key.pem'] }], minVersion: 'TLS13', maxVersion: 'TLS13', cipherSuites: [], curvePreferences: [], enableMtls: false, caCerts: [], disableSystemCaPool: false }
}

/** Gathers what a connection says; `until` waits for a text in it, `end` for the end of the connection. */
export function listenTo (socket: Socket): { readonly text: string, until (part: string | RegExp): Promise<string>, end (): Promise<string> } {
  let text = ''
  socket.on('data', (chunk: Buffer) => { text += chunk.toString('latin1') })
  const closed = once(socket, 'close')
  return {
    get text () { return text },
    async until (part) {
      while (typeof part === 'string' ? !text.includes(part) : !part.test(text)) {
        if (socket.destroyed) throw new Error(`the connection ended before ${part}: ${text}`)
        await Promise.race([once(socket, 'data'), closed])
      }
      return text
    },
    // A server that does not read to the end resets the connection behind its response.
    async end () {
      try {
        await closed
      } catch (error) {
        if (text === '') throw error
      }
      return text
    }
  }
}

/** Sends bytes on a connection of their own, and gives all that comes back until it is closed. */
export async function exchange (front: Front, wire: string): Promise<string> {
  const socket = await front.connect()
  const heard = listenTo(socket)
  socket.write(wire, 'latin1')
  return heard.end()
}

/** A promise that somebody else resolves. */
export function defer<T = void> (): { promise: Promise<T>, resolve: (value: T) => void } {
  let resolve!: (value: T) => void
  const promise = new Promise<T>((_resolve) => { resolve = _resolve })
  return { promise, resolve }
}

/** Calls `check` until it holds. */
export async function eventually (check: () => boolean): Promise<void> {
  while (!check()) await new Promise(setImmediate)
}

export type Handler = (request: http.IncomingMessage, response: http.ServerResponse) => void
