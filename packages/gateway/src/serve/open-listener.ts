import { once } from 'node:events'
import type { Server } from 'node:http'
import { lookup } from 'node:dns/promises'
import { createServer, type AddressInfo, type Server as NetServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import type { FastifyBaseLogger } from 'fastify'
import { onAnyAddress } from './any-address.ts'

export interface ListenerAddress {
  /** Address to listen on; '' for all. */
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  readonly tls: boolean
}

/** A server that listens. */
export interface OpenListener {
  /** `http://127.0.0.1:8080` */
  readonly address: string
  /** Stops listening and waits until every connection has ended. */
  close (): Promise<void>
}

/**
 * Listens, on every address of the name `localhost`, and logs the addresses.
 *
 * @throws the error of listening: EADDRINUSE, …
 */
export async function openListener (
  server: Server,
  { host, port, tls }: ListenerAddress,
  log: Pick<FastifyBaseLogger, 'error' | 'info'>
): Promise<OpenListener> {
  await onAnyAddress(host, (host) => listenOn(server, host, port))
  // A connection could not be accepted, for example for lack of memory or descriptors.
  server.on('error', (err) => { log.error({ err }, 'the server failed to accept a connection') })
  const others = host === 'localhost' ? await listenBeside(server) : []
  const addresses = [server, ...others].flatMap(addressesOf).map((address) => `${tls ? 'https' : 'http'}://${address}`)
  for (const address of addresses) log.info(`Server listening at ${address}`)
  return {
    address: addresses[0]!,
    async close () {
      const closed = [server, ...others].map((one) => new Promise((resolve) => { one.close(resolve) }))
      const { closeIdleConnections, closeHttp2Sessions } = server as Server & { closeHttp2Sessions?: () => void }
      closeIdleConnections.call(server)
      closeHttp2Sessions?.call(server)
      await Promise.all(closed)
    }
  }
}

async function listenOn (server: NetServer, host: string, port: number): Promise<void> {
  server.listen({ host, port })
  await once(server, 'listening')
}

/** Connections to the other addresses of `localhost` become the server's. An address that cannot be used is left out. */
async function listenBeside (server: Server): Promise<NetServer[]> {
  const { address: taken, port } = server.address() as AddressInfo
  const found = await lookup('localhost', { all: true }).catch(() => [])
  const opened = await Promise.all(found.filter(({ address }) => address !== taken).map(async ({ address }) => {
    const other = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: false }, (socket) => { server.emit('connection', socket) })
    try {
      await listenOn(other, address, port)
      return [other.on('error', () => {})]
    } catch {
      return []
    }
  }))
  return opened.flat()
}

/** All IPv4 addresses of the machine, the internal ones first, for 0.0.0.0. */
function addressesOf (server: NetServer): string[] {
  const { address, port } = server.address() as AddressInfo
  if (address.includes(':')) return [`[${address}]:${port}`]
  if (address !== '0.0.0.0') return [`${address}:${port}`]
  return Object.values(networkInterfaces())
    .flatMap((addresses = []) => addresses.filter(({ family }) => family === 'IPv4'))
    .sort((a, b) => Number(b.internal) - Number(a.internal))
    .map((own) => `${own.address}:${port}`)
}
