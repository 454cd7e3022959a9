import net from 'node:net'
import { listen, trackSockets, type Teardown } from '@floodgate/testing'

/** Listens on a loopback port, and does with a connection what it is told. */
export async function startRaw (t: Teardown, onConnection: (socket: net.Socket) => void): Promise<{ port: number, server: net.Server, accepted: () => number }> {
  let accepted = 0
  const server = net.createServer((socket) => {
    accepted++
    onConnection(socket)
  })
  const sockets = trackSockets(server)
  t.teardown(() => { server.close(); for (const socket of sockets) socket.destroy() })
  return { port: await listen(server), server, accepted: () => accepted }
}
