import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import type { Test } from 'tap'

/** A server that keeps what it received. */
export interface Receiver {
  readonly port: number
  /** Resolves with everything once `enough` says so. */
  received (enough: (messages: readonly Buffer[]) => boolean): Promise<Buffer[]>
}

function collect () {
  const messages: Buffer[] = []
  let wake = (): void => {}
  return {
    messages,
    take (message: Buffer) { messages.push(message); wake() },
    async received (enough: (messages: readonly Buffer[]) => boolean): Promise<Buffer[]> {
      while (!enough(messages)) await new Promise<void>((resolve) => { wake = resolve })
      return messages.slice()
    }
  }
}

/** Receives datagrams. */
export async function receiveDatagrams (t: Test): Promise<Receiver> {
  const { take, received } = collect()
  const socket = createSocket('udp4')
  socket.on('message', take)
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  t.teardown(() => new Promise<void>((resolve) => { socket.close(() => { resolve() }) }))
  return { port: socket.address().port, received }
}

/** Receives what is sent over connections. It can be closed, and opened again on its port. */
export async function receiveStream (t: Test, where: { port: number } | { path: string } = { port: 0 }): Promise<Receiver & { close (): Promise<void> }> {
  const { take, received } = collect()
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('data', take).on('error', () => {}).on('close', () => { sockets.delete(socket) })
  })
  server.listen({ ...'port' in where ? { ...where, host: '127.0.0.1' } : where })
  await once(server, 'listening')
  const close = (): Promise<void> => new Promise((resolve) => {
    for (const socket of sockets) socket.destroy()
    if (server.listening) server.close(() => { resolve() })
    else resolve()
  })
  t.teardown(close)
  return { port: (server.address() as AddressInfo).port ?? 0, received, close }
}
