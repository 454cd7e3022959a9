import { once, type EventEmitter } from 'node:events'
import http2, { type Http2ServerRequest, type Http2ServerResponse } from 'node:http2'
import type { AddressInfo, Socket } from 'node:net'
import net from 'node:net'
import tls from 'node:tls'
import t from 'tap'
import type { Teardown } from '@floodgate/testing'
import { ca } from '../support/front.ts'
import { endDeadSessions } from '../../src/front/dead-sessions.ts'

/** Short: a session with streams that is merely silent would be kept for 40 looks. */
const look = 300
const transports = ['plain', 'tls'] as const
type Transport = typeof transports[number]

const preface = Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), frame(4, 0, 0)])
/** `GET /` of host `a.test`, whole. */
const get = frame(1, 5, 1, Buffer.from([0x82, 0x86, 0x84, 0x41, 6, ...Buffer.from('a.test')]))
/** A WINDOW_UPDATE of a wrong length: a connection error, which nghttp2 answers itself (RFC 9113, section 6.9). */
const wrong = frame(8, 0, 0, Buffer.alloc(40))

function frame (type: number, flags: number, stream: number, payload: Uint8Array = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head[3] = type
  head[4] = flags
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}

async function listen (t: Teardown, transport: Transport, serve: (request: Http2ServerRequest, response: Http2ServerResponse) => void, interval = look): Promise<http2.Http2Server> {
  const { cert, key } = ca.issue({ cn: 'localhost' })
  const server = transport === 'tls' ? http2.createSecureServer({ cert, key }, serve) : http2.createServer(serve)
  endDeadSessions(server, interval)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  t.teardown(() => { server.close() })
  return server
}

async function connect (t: Teardown, server: http2.Http2Server, transport: Transport): Promise<Socket> {
  const { port } = server.address() as AddressInfo
  const socket = transport === 'tls' ? tls.connect({ port, host: '127.0.0.1', servername: 'localhost', ca: ca.cert, ALPNProtocols: ['h2'] }) : net.connect(port, '127.0.0.1')
  t.teardown(() => { socket.destroy() })
  await once(socket.on('error', () => {}), transport === 'tls' ? 'secureConnect' : 'connect')
  return socket
}

t.test('endDeadSessions: a session of which nothing is read ends; one whose client answers pings stays', async (t) => {
  for (const transport of transports) {
    await t.test(transport, { timeout: 20_000 }, async (t) => {
      const server = await listen(t, transport, (_request, response) => { response.end('ok') })
      const { port } = server.address() as AddressInfo
      const living = http2.connect(`${transport === 'tls' ? 'https' : 'http'}://127.0.0.1:${port}`, { ca: ca.cert, servername: 'localhost' })
      t.teardown(() => { living.destroy() })
      await once(server, 'session')
      const opened = once(server, 'session') as Promise<[http2.ServerHttp2Session]>
      const silent = await connect(t, server, transport)
      silent.resume().write(preface)
      const [session] = await opened
      // Pings that the living one has answered meanwhile.
      await Promise.all([once(session, 'close'), once(living, 'ping')])
      await once(living, 'ping')
      t.equal(living.destroyed, false)
    })
  }
})

for (const transport of transports) {
  t.test(`endDeadSessions: a session that was closed ends, also when its client keeps its side open (${transport})`, { timeout: 20_000 }, async (t) => {
    const server = await listen(t, transport, (_request, response) => { response.end('ok') })
    const opened = once(server, 'session') as Promise<[http2.ServerHttp2Session]>
    const socket = await connect(t, server, transport)
    socket.allowHalfOpen = true
    socket.resume().write(Buffer.concat([preface, get]))
    const [session] = await opened
    await once(socket, 'data')
    const closed = once(session, 'close')
    session.close()
    await closed
    t.pass()
  })

  for (const answer of ['never', 'later'] as const) {
    t.test(`endDeadSessions: a session after an error of its protocol ends with its streams, their answers: ${answer} (${transport})`, { timeout: 20_000 }, async (t) => {
      const server = await listen(t, transport, (_request, response) => { if (answer === 'later') setTimeout(() => { response.end('ok') }, look / 2) })
      const closed = new Promise<unknown[]>((resolve) => {
        server.once('session', (session: http2.ServerHttp2Session) => {
          // On Node 22 both report the error as well.
          session.on('error', () => {}).once('stream', (stream) => { resolve(Promise.all([closeOf(stream), closeOf(session)])) })
        })
      })
      const socket = await connect(t, server, transport)
      socket.resume().write(Buffer.concat([preface, get, wrong]))
      await closed
      t.pass()
    })
  }

  t.test(`endDeadSessions: a client that reads slowly keeps its session (${transport})`, { timeout: 20_000 }, async (t) => {
    const size = 24 * 1024 * 1024
    const server = await listen(t, transport, (_request, response) => { response.end(Buffer.alloc(size)) })
    const opened = once(server, 'session') as Promise<[http2.ServerHttp2Session]>
    const socket = await connect(t, server, transport)
    // Windows as large as they can be: what it does not read stays in the socket's queue.
    const settings = frame(4, 0, 0, Buffer.from([0, 4, 0x7f, 0xff, 0xff, 0xff]))
    const window = frame(8, 0, 0, Buffer.from([0x7f, 0, 0, 0]))
    socket.pause()
    socket.write(Buffer.concat([preface.subarray(0, 24), settings, window, get]))
    const [session] = await opened
    const { ping } = session
    const pinged = new Promise<void>((resolve) => {
      session.ping = function (...values: Parameters<typeof ping>) {
        setTimeout(resolve, look)
        return ping.apply(session, values)
      } as typeof ping
    })
    await pinged
    t.equal(session.destroyed, false)
    let read = 0
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      read += chunk.length
      if (read > size) break
    }
    t.ok(read > size)
  })
}

t.test('endDeadSessions: a session whose client resets its connection in an upload ends, whatever Node hears of it', { timeout: 20_000 }, async (t) => {
  // Each answers while the upload is read: Node then waits for the end of a write that never comes, in about half of them. So
  // many looks as a client may be silent take longer than this test.
  const server = await listen(t, 'tls', (request, response) => {
    if (request.method === 'GET') setTimeout(() => { response.end('ok') }, Math.random() * 4)
    else request.resume()
  }, 1000)
  const sessions = new Set<http2.Http2Session>()
  server.on('session', (session) => {
    sessions.add(session.on('error', () => {}))
    session.once('close', () => { sessions.delete(session) })
  })
  const gets = [1, 3, 5, 7].map((stream) => frame(1, 5, stream, get.subarray(9)))
  const post = frame(1, 4, 9, Buffer.from([0x83, 0x86, 0x84, 0x41, 6, ...Buffer.from('a.test')]))
  const data = [16_384, 16_384, 16_384, 16_383].map((size) => frame(0, 0, 9, Buffer.alloc(size)))
  for (let i = 0; i < 20; i++) {
    const socket = await connect(t, server, 'tls')
    socket.resume()
    for (const part of [preface, ...gets, post, ...data]) socket.write(part)
    await new Promise((resolve) => { setTimeout(resolve, 1) })
    socket.destroy()
  }
  while (sessions.size > 0) await new Promise((resolve) => { setTimeout(resolve, 20) })
  t.pass()
})

/** Waits for the end, whether an error comes before it or not. */
function closeOf (emitter: EventEmitter): Promise<void> {
  return new Promise((resolve) => { emitter.on('error', () => {}).once('close', () => { resolve() }) })
}
