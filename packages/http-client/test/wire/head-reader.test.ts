import net from 'node:net'
import t from 'tap'
import { listen } from '@floodgate/testing'
import { call, startClient } from '../support/clients.ts'

t.test('answer heads: one of more than 1 MiB is a failed call', async (t) => {
  const sockets = new Set<net.Socket>()
  const server = net.createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('data', (request) => {
      const bytes = Number(/ \/(\d+) /.exec(String(request))![1])
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-Long: ${'x'.repeat(bytes)}\r\n\r\n`)
    })
  })
  t.teardown(() => { server.close(); for (const socket of sockets) socket.destroy() })
  const url = `http://127.0.0.1:${await listen(server)}`
  const client = startClient(t)
  t.match(await call(client.dispatcher, url, '/1000000'), { status: 200 })
  t.match(await call(client.dispatcher, url, '/1100000'), { status: 0, error: { code: /./ } })
  const [last] = [...sockets].slice(-1)
  if (!last!.destroyed) await new Promise((resolve) => { last!.on('close', resolve) })
})
