import t from 'tap'
import http, { type ServerResponse } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import Fastify from 'fastify'
import { guardScope, registerRoutes } from '@floodgate/router'
import { readAll } from '@floodgate/testing'
import { connectTo, defer, eventually, listenFront, listenTo, transports } from '../support/front.ts'
import { service } from '../support/routing.ts'
import { MOST_WAITING } from '../../src/front/pipelining.ts'

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: h\r\n\r\n`

t.test('hold: Node gives a waiting response its socket by an event, after the one before', async (t) => {
  // Undocumented, and all that tells a request its turn: must hold on every version of Node that we run on.
  const seen: string[] = []
  const responses: ServerResponse[] = []
  const server = http.createServer((request, response) => {
    seen.push(`${request.url} ${response.socket === null}`)
    response.once('socket', () => { seen.push(`turn of ${request.url}`) }).once('close', () => { seen.push(`end of ${request.url}`) })
    responses.push(response)
  })
  t.teardown(() => { server.close(); server.closeAllConnections() })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const socket = await connectTo((server.address() as AddressInfo).port)
  socket.write(get('/1') + get('/2'))
  await eventually(() => responses.length === 2)
  t.same(seen, ['/1 false', '/2 true'])
  responses[0]!.end()
  await eventually(() => seen.length === 4)
  t.same(seen.slice(2), ['turn of /2', 'end of /1'])
  t.not(responses[1]!.socket, null)
  socket.destroy()
})

for (const transport of transports) {
  t.test(`hold: serves pipelined requests one after the other, bodies included (${transport})`, async (t) => {
    let running = 0
    const served: string[] = []
    const front = await listenFront(t, transport, (request, response) => {
      t.equal(++running, 1)
      readAll(request).then((body) => {
        served.push(`${request.method} ${request.url} ${body.length}`)
        setImmediate(() => {
          running--
          response.end(`<${request.url}>`)
        })
      }, () => {})
    })
    const socket = await front.connect()
    const heard = listenTo(socket)
    const body = 'x'.repeat(300_000)
    socket.write(get('/1'))
    socket.write(`POST /2 HTTP/1.1\r\nHost: h\r\nContent-Length: ${body.length}\r\n\r\n${body}${get('/3')}POST /4 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n`)
    await heard.until('</3>')
    socket.write(`0\r\n\r\n${get('/5')}`)
    await heard.until('</5>')
    t.same(served, ['GET /1 0', 'POST /2 300000', 'GET /3 0', 'POST /4 3', 'GET /5 0'])
    t.same(heard.text.match(/<\/\d>/g), ['</1>', '</2>', '</3>', '</4>', '</5>'])
    socket.destroy()
  })

  t.test(`hold: a client that leaves ends the running request, and those behind it are never served (${transport})`, async (t) => {
    const served: string[] = []
    const began = defer()
    const ended = defer()
    const front = await listenFront(t, transport, (request, response) => {
      served.push(request.url!)
      response.once('close', () => { ended.resolve() })
      began.resolve()
    })
    const socket = await front.connect()
    socket.write(get('/1') + get('/2').repeat(MOST_WAITING - 1))
    socket.write('POST /3 HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc')
    await began.promise
    if (transport === 'tls') socket.destroy()
    else socket.resetAndDestroy()
    await ended.promise
    const [connections] = await new Promise<[number]>((resolve) => { setImmediate(() => front.server.getConnections((_error, count) => { resolve([count]) })) })
    t.equal(connections, 0)
    t.same(served, ['/1'])
  })
}

t.test('hold: a connection with too many waiting requests is not read on until fewer wait, and all are served', async (t) => {
  const responses: ServerResponse[] = []
  let sockets: Socket | undefined
  let most = 0
  const served = { count: 0 }
  const front = await listenFront(t, 'plain', (request, response) => {
    served.count++
    responses.push(response)
    sockets = request.socket
  })
  let emitted = 0
  front.server.prependListener('request', () => { emitted++ })
  const socket = await front.connect()
  const heard = listenTo(socket)
  const total = 6_000
  socket.write(get('/').repeat(total))
  await eventually(() => emitted > MOST_WAITING && sockets!.isPaused())
  while (served.count < total) {
    await eventually(() => responses.length > 0)
    most = Math.max(most, emitted - served.count)
    responses.shift()!.end('.')
  }
  responses.shift()?.end('.')
  await eventually(() => (heard.text.match(/\r\n\r\n/g) ?? []).length === total)
  // One read of 64 KB holds 2,340 of these.
  t.ok(most <= MOST_WAITING + 2500 * 2, `${most} waited`)
  socket.destroy()
})

t.test('hold: in an app of a host only our routes wait', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close())
  const seen: string[] = []
  const replies = new Map<string, () => void>()
  app.get('/host/:id', (request, reply) => {
    seen.push(request.url)
    replies.set(request.url, () => { reply.send(request.url) })
  })
  await app.register(async (scope) => {
    guardScope(scope as never)
    registerRoutes(scope as never, service(['GET /{id}']), () => ({
      handler (request, reply) {
        seen.push(request.url)
        request.raw.socket.once('close', () => { seen.push(`end of ${request.url}`) })
        replies.set(request.url, () => { reply.send(request.url) })
      }
    }))
  }, { prefix: '/ours' })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const socket = await connectTo((app.server.address() as AddressInfo).port)
  const heard = listenTo(socket)
  socket.write(['/ours/1', '/ours/2', '/host/3', '/ours/4'].map(get).join(''))
  await eventually(() => seen.length === 2)
  t.same(seen, ['/ours/1', '/host/3'])
  replies.get('/ours/1')!()
  await eventually(() => seen.length === 3)
  t.equal(seen[2], '/ours/2')
  replies.get('/host/3')!()
  replies.get('/ours/2')!()
  await heard.until('/host/3')
  await eventually(() => seen.length === 4)
  t.equal(seen[3], '/ours/4')
  socket.write(get('/ours/5'))
  socket.destroy()
  await eventually(() => seen.includes('end of /ours/4'))
  t.notOk(seen.includes('/ours/5'))
})
