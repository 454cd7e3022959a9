import { once } from 'node:events'
import http2 from 'node:http2'
import net, { type AddressInfo, type Socket } from 'node:net'
import t from 'tap'
import type { Teardown } from '@floodgate/testing'
import { createListener } from '../../src/listener/listener.ts'
import { service } from '../support/routing.ts'

const { NGHTTP2_REFUSED_STREAM } = http2.constants
const [HEADERS, RST_STREAM, SETTINGS, GOAWAY, WINDOW_UPDATE, CONTINUATION] = [1, 3, 4, 7, 8, 9]
const preface = Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), frame(SETTINGS, 0, 0)])
const fields = Buffer.from([0x82, 0x86, 0x84, 0x41, 6, ...Buffer.from('a.test')])

interface Frame { type: number, stream: number, payload: Buffer }

function frame (type: number, flags: number, stream: number, payload: Uint8Array = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head[3] = type
  head[4] = flags
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}

/** A client, and a server that answers nothing and counts what it is asked. */
async function open (t: Teardown): Promise<{ socket: Socket, served: () => number, next (type: number): Promise<Frame> }> {
  let served = 0
  const server = createListener(service([], { useH2c: true }), () => { served++ })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const socket = net.connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => {})
  t.teardown(() => { socket.destroy(); server.close(); server.closeAllConnections() })
  const frames: Frame[] = []
  let rest = Buffer.alloc(0)
  socket.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk])
    while (rest.length >= 9 && rest.length >= 9 + rest.readUIntBE(0, 3)) {
      const length = rest.readUIntBE(0, 3)
      frames.push({ type: rest[3]!, stream: rest.readUInt32BE(5), payload: rest.subarray(9, 9 + length) })
      rest = rest.subarray(9 + length)
    }
    socket.emit('frames')
  })
  await once(socket, 'connect')
  return {
    socket,
    served: () => served,
    async next (type) {
      for (;;) {
        const found = frames.find((frame) => frame.type === type)
        if (found !== undefined) return found
        await once(socket, 'frames')
      }
    }
  }
}

const odd = (count: number): number[] => Array.from({ length: count }, (_, i) => 2 * i + 1)
const code = (value: number): Buffer => Buffer.from([0, 0, 0, value])

t.test('createListener: 250 streams of HTTP/2 at a time, as Go, and not one more', async (t) => {
  const { socket, served, next } = await open(t)
  const settings: Buffer[] = []
  socket.write(Buffer.concat([preface, ...odd(251).map((stream) => frame(HEADERS, 5, stream, fields))]))
  settings.push((await next(SETTINGS)).payload)
  t.ok(settings[0]!.includes(Buffer.from([0, 3, 0, 0, 0, 250])), 'the client is told')
  const refused = await next(RST_STREAM)
  t.equal(refused.stream, 501)
  t.strictSame(refused.payload, code(NGHTTP2_REFUSED_STREAM))
  while (served() < 250) await new Promise((resolve) => { setImmediate(resolve) })
  t.equal(served(), 250)
})

t.test('createListener: a client of HTTP/2 that resets its streams faster than it may is sent away', async (t) => {
  const { socket, served, next } = await open(t)
  socket.write(preface)
  socket.write(Buffer.concat(odd(1100).map((stream) => Buffer.concat([frame(HEADERS, 5, stream, fields), frame(RST_STREAM, 0, stream, code(8))]))))
  t.not((await next(GOAWAY)).payload.readUInt32BE(4), 0)
  // What is reset in the same read is not begun, but for the first ones.
  t.ok(served() <= 200, `${served()} were served`)
})

t.test('createListener: a client of HTTP/2 that makes the server reset its streams is sent away', async (t) => {
  const { socket, served, next } = await open(t)
  socket.write(preface)
  socket.write(Buffer.concat(odd(1300).map((stream) => Buffer.concat([frame(HEADERS, 4, stream, fields), frame(WINDOW_UPDATE, 0, stream, code(0))]))))
  t.not((await next(GOAWAY)).payload.readUInt32BE(4), 0)
  t.ok(served() <= 1010, `${served()} were served`)
})

t.test('createListener: a header block of HTTP/2 in very many frames ends the connection', async (t) => {
  const { socket, served, next } = await open(t)
  socket.write(Buffer.concat([preface, frame(HEADERS, 1, 1, fields), ...Array.from({ length: 100 }, () => frame(CONTINUATION, 0, 1, Buffer.from([0, 1, 97, 1, 98])))]))
  t.not((await next(GOAWAY)).payload.readUInt32BE(4), 0)
  t.equal(served(), 0)
})

t.test('createListener: requests of one HTTP/2 connection begin in portions, in their order, and all of them', async (t) => {
  const turns: number[][] = []
  let current: number[] | null = null
  const server = createListener(service([], { useH2c: true }), (request, response) => {
    if (current === null) {
      turns.push(current = [])
      setImmediate(() => { current = null })
    }
    current.push((request as unknown as http2.Http2ServerRequest).stream.id!)
    response.end()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const session = http2.connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  t.teardown(() => { session.destroy(); server.close(); server.closeAllConnections() })
  await once(session, 'remoteSettings')
  await Promise.all(Array.from({ length: 200 }, () => once(session.request().resume(), 'close')))
  t.strictSame(turns.flat(), odd(200))
  t.ok(turns.every(({ length }) => length <= 64), turns.map(({ length }) => length).join(' '))
})
