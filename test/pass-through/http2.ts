import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import http2 from 'node:http2'
import t from 'tap'
import { createAuthority, listen, trackSockets, type Teardown } from '@floodgate/testing'
import { parseClientTls } from '@floodgate/http-client'
import { call, open } from '@floodgate/testing'
import type { Subject } from './subject.ts'

const certificate = createAuthority('ca').issue({ cn: 'server' })
const client = { tls: { ...parseClientTls({ allow_insecure_connections: true }).tls }, own: { http2: true } }

/** Starts a backend that takes nothing but HTTP/2. */
async function startBackend (t: Teardown, answer: (stream: http2.ServerHttp2Stream, headers: http2.IncomingHttpHeaders) => void) {
  const server = http2.createSecureServer({ ...certificate })
  const sockets = trackSockets(server)
  server.on('stream', (stream, headers) => { stream.on('error', () => {}); answer(stream, headers) })
  const port = await listen(server)
  t.teardown(() => { server.close(); for (const socket of sockets) socket.destroy() })
  return { url: `https://127.0.0.1:${port}`, server }
}

async function * inChunks (data: Buffer, size: number): AsyncIterable<Buffer> {
  for (let at = 0; at < data.length; at += size) yield data.subarray(at, at + size)
}

/** Tests that requests and answers pass backends that speak HTTP/2. */
export function testHttp2 ({ name, startGateway }: Subject): void {
  t.test(`${name}: bodies of all sizes pass a backend that speaks HTTP/2, both ways and in chunks`, async (t) => {
    const backend = await startBackend(t, (stream) => { stream.respond({ 'content-type': 'application/octet-stream', 'x-one': ['1', '2'] }); stream.pipe(stream) })
    const { url } = await startGateway(t, { origin: backend.url, client, routes: [{ method: 'POST' }] })
    for (const size of [0, 1, 16_385, 1_000_003]) {
      const body = randomBytes(size)
      for (const send of [body, inChunks(body, 30_011)]) {
        const answer = await call(`${url}/echo`, { method: 'POST', body: send, headers: Buffer.isBuffer(send) ? { 'content-length': size } : {} })
        t.equal(answer.status, 200)
        t.ok(answer.body.equals(body), `${size} bytes`)
      }
    }
  })

  t.test(`${name}: a client that leaves, or a deadline, ends the stream at an HTTP/2 backend`, async (t) => {
    const closed: Promise<number>[] = []
    const backend = await startBackend(t, (stream, headers) => {
      closed.push(once(stream, 'close').then(() => stream.rstCode!))
      if (headers[':path'] === '/body') { stream.respond(); stream.write('begun') }
      backend.server.emit('asked')
    })
    const { url } = await startGateway(t, { origin: backend.url, client, routes: [{ path: '/body' }, { path: '/never' }, { path: '/late', timeout: 100 }] })
    for (const path of ['/body', '/never']) {
      const asked = once(backend.server, 'asked')
      const { socket } = await open(url, `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`)
      await asked
      socket.destroy()
    }
    t.equal((await call(`${url}/late`)).status, 500)
    while (closed.length < 3) await once(backend.server, 'asked')
    t.strictSame(await Promise.all(closed), Array(3).fill(http2.constants.NGHTTP2_CANCEL))
  })
}
