import t from 'tap'
import http2, { type ClientHttp2Session } from 'node:http2'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import Fastify from 'fastify'
import { registerRoutes } from '@floodgate/router'
import { readAll, type Teardown } from '@floodgate/testing'
import { ca, listenFront, type Handler } from '../support/front.ts'
import { service } from '../support/routing.ts'

/** Uploads without end, and waits for the answer and the end of the stream. */
async function upload (session: ClientHttp2Session, path = '/'): Promise<{ status: number, text: string, code: number }> {
  const stream = session.request({ ':method': 'POST', ':path': path })
  stream.on('error', () => {})
  const chunk = Buffer.alloc(64 * 1024)
  const write = (): void => { if (stream.writable && !stream.destroyed) stream.write(chunk, (error) => { if (error == null) write() }) }
  write()
  const closed = once(stream, 'close')
  const [{ ':status': status }] = await once(stream, 'response') as [{ ':status': number }]
  const text = (await readAll(stream)).toString()
  await closed
  return { status, text, code: stream.rstCode! }
}

const waysToAnswer: Record<string, Handler> = {
  'body unread': (_request, response) => { response.writeHead(413).end('no') },
  'body begun': (request, response) => {
    request.once('data', () => {
      request.pause()
      response.writeHead(413).end('no')
    })
  }
}

function connect (t: Teardown, port: number, transport: 'tls' | 'h2c'): ClientHttp2Session {
  const session = transport === 'h2c'
    ? http2.connect(`http://127.0.0.1:${port}`)
    : http2.connect(`https://localhost:${port}`, { ca: ca.cert, lookup: (_name, _options, done) => { done(null, [{ address: '127.0.0.1', family: 4 }]) } })
  t.teardown(() => { session.destroy() })
  return session
}

for (const transport of ['tls', 'h2c'] as const) {
  for (const [name, answer] of Object.entries(waysToAnswer)) {
    t.test(`awaitEarlyAnswerHttp2: an answer during an upload arrives, the stream ends without an error, the session goes on: ${name} (${transport})`, async (t) => {
      const front = await listenFront(t, transport, answer)
      const session = connect(t, front.port, transport)
      for (let i = 0; i < 3; i++) t.same(await upload(session), { status: 413, text: 'no', code: 0 })
      // More than the ten pings that a session may have under way.
      t.same(await Promise.all(Array.from({ length: 30 }, () => upload(session))), Array(30).fill({ status: 413, text: 'no', code: 0 }))
    })
  }
}

for (const transport of ['tls', 'h2c'] as const) {
  t.test(`a stream that its client resets without an error while its answer is written ends, and so does the session (${transport})`, { timeout: 20_000 }, async (t) => {
    let ended: Promise<unknown> | undefined
    const front = await listenFront(t, transport, (_request, response) => {
      ended = once(response, 'close')
      response.end(Buffer.alloc(1024 * 1024))
    })
    const session = connect(t, front.port, transport)
    const stream = session.request({ ':path': '/' })
    stream.once('data', () => { stream.close(0) })
    await once(stream, 'close')
    await ended
    const closed = once(session, 'close')
    session.close()
    await closed
  })
}

t.test('awaitEarlyAnswerHttp2: in an app of a host too', async (t) => {
  const app = Fastify({ http2: true })
  t.teardown(() => app.close())
  await app.register(async (scope) => {
    registerRoutes(scope as never, service(['POST /x']), () => ({
      handler (request, reply) {
        request.raw.once('data', () => {
          request.raw.pause()
          reply.code(413).send('no')
        })
      }
    }))
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const session = connect(t, (app.server.address() as AddressInfo).port, 'h2c')
  t.same(await upload(session, '/x'), { status: 413, text: 'no', code: 0 })
  session.destroy()
})
