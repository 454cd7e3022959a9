import { once } from 'node:events'
import http2 from 'node:http2'
import type { AddressInfo, Socket } from 'node:net'
import net from 'node:net'
import t from 'tap'
import type { Teardown } from '@floodgate/testing'
import { guardSession } from '../../src/front/guard-session.ts'
import { createListener } from '../../src/listener/listener.ts'
import { service } from '../support/routing.ts'

const [HEADERS, SETTINGS, GOAWAY] = [1, 4, 7]
const preface = Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), frame(SETTINGS, 0, 0)])

/** `GET /` of host `a.test`, whole. */
const get = (stream: number): Buffer => frame(HEADERS, 5, stream, Buffer.from([0x82, 0x86, 0x84, 0x41, 6, ...Buffer.from('a.test')]))
const goaway = (code: number): Buffer => frame(GOAWAY, 0, 0, Buffer.from([0, 0, 0, 0, 0, 0, 0, code]))

function frame (type: number, flags: number, stream: number, payload: Uint8Array = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head[3] = type
  head[4] = flags
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}

async function connect (t: Teardown, { port }: AddressInfo): Promise<Socket> {
  const socket = net.connect(port, '127.0.0.1').on('error', () => {})
  t.teardown(() => { socket.destroy() })
  await once(socket, 'connect')
  return socket
}

async function listen (t: Teardown): Promise<{ server: http2.Http2Server, session: Promise<http2.ServerHttp2Session> }> {
  const server = http2.createServer()
  const session = once(server, 'session').then(([session]) => {
    guardSession(session as http2.ServerHttp2Session)
    return session as http2.ServerHttp2Session
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  t.teardown(() => { server.close() })
  return { server, session }
}

t.test('guardSession: Node resets no stream behind a GOAWAY of the client while it reads: nghttp2 refuses it, by its own GOAWAY', async (t) => {
  const { server, session } = await listen(t)
  const streams: http2.ServerHttp2Stream[] = []
  const second = new Promise<http2.ServerHttp2Stream>((resolve) => {
    server.on('stream', (stream) => {
      streams.push(stream.on('error', () => {}))
      if (stream.id === 3) resolve(stream)
    })
  })
  const socket = await connect(t, server.address() as AddressInfo)
  socket.resume().write(Buffer.concat([preface, get(1)]))
  await once(server, 'stream')
  socket.write(Buffer.concat([goaway(0), get(3)]))
  const stream = await second
  t.equal((await session).closed, false)
  await new Promise((resolve) => { stream.once('close', resolve) })
  t.equal(stream.rstCode, http2.constants.NGHTTP2_REFUSED_STREAM)
  // The one before is served, and ends the session.
  const closed = once(await session, 'close')
  streams[0]!.respond({ ':status': 204 }, { endStream: true })
  await closed
})

t.test('guardSession: a GOAWAY with an error destroys the session when it is read', async (t) => {
  const { server, session } = await listen(t)
  server.on('stream', (stream) => { stream.on('error', () => {}) })
  const socket = await connect(t, server.address() as AddressInfo)
  socket.resume().write(Buffer.concat([preface, get(1), get(3)]))
  await once(server, 'stream')
  const guarded = await session
  const destroyed = new Promise((resolve) => { guarded.once('goaway', () => { process.nextTick(() => { resolve(guarded.destroyed) }) }) })
  const closed = new Promise((resolve) => { guarded.on('error', () => {}).once('close', resolve) })
  socket.write(goaway(2))
  t.equal(await destroyed, false)
  await closed
})

t.test('guardSession: close() is Node\'s when the GOAWAY is written, once, and calls back', async (t) => {
  const { server, session } = await listen(t)
  const socket = await connect(t, server.address() as AddressInfo)
  socket.write(preface)
  const guarded = await session
  let received = Buffer.alloc(0)
  socket.on('data', (chunk) => { received = Buffer.concat([received, chunk]) })
  await new Promise<void>((resolve) => {
    guarded.close(resolve)
    guarded.close()
    socket.once('end', () => { socket.end() })
  })
  t.ok(received.includes(frame(GOAWAY, 0, 0, Buffer.alloc(8))))
})

t.test('createListener: a request behind a GOAWAY of its client is not served', async (t) => {
  const served: unknown[] = []
  const server = createListener(service([], { useH2c: true }), (request, response) => { served.push((request as unknown as http2.Http2ServerRequest).stream.id); if (served.length === 1) setImmediate(() => { response.end() }) })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  t.teardown(() => { server.close() })
  const socket = await connect(t, server.address() as AddressInfo)
  socket.resume().write(Buffer.concat([preface, get(1), goaway(0), get(3), get(5)]))
  await once(socket, 'end')
  t.strictSame(served, [1])
})
