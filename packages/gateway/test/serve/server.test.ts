import t from 'tap'
import http2 from 'node:http2'
import net from 'node:net'
import { once } from 'node:events'
import type { Feature } from '@floodgate/core'
import { createServer, loadConfiguration } from '@floodgate/gateway'
import { readAll, startOrigin, type Teardown } from '@floodgate/testing'

async function start (t: Teardown, config: Record<string, unknown>, features: readonly Feature[] = []): Promise<number> {
  const loaded = await loadConfiguration({ version: 3, timeout: '60s', ...config }, { env: {}, features })
  const app = await createServer(loaded, { silent: true, features })
  t.teardown(() => app.close())
  return Number(new URL(await app.listen({ port: 0, host: '127.0.0.1' })).port)
}

async function say (port: number, wire: string): Promise<string> {
  const socket = net.connect(port, '127.0.0.1')
  socket.on('error', () => {})
  socket.write(wire)
  return (await readAll(socket)).toString('latin1')
}

const close = 'Connection: close\r\n\r\n'

t.test('createServer: a hook that throws is answered with a status, not with what it said', async (t) => {
  const feature: Feature = {
    namespace: 'acme/throws',
    schemas: { service: { type: 'object' } },
    service: () => ({
      onRequest (request, _reply, done) { done(Object.assign(new Error('secret'), { statusCode: Number(request.headers['x-status']) })) }
    })
  }
  const port = await start(t, { extra_config: { 'acme/throws': {} }, endpoints: [{ endpoint: '/a', backend: [{ host: ['http://127.0.0.1:10'], url_pattern: '/' }] }] }, [feature])
  for (const path of ['/a', '/nope']) {
    for (const [status, body] of [[418, "418 I'm a Teapot"], [500, ''], [200, '']] as const) {
      const answer = await say(port, `GET ${path} HTTP/1.1\r\nHost: h\r\nX-Status: ${status}\r\n${close}`)
      t.match(answer, new RegExp(`^HTTP/1\\.1 ${status === 200 ? 500 : status} `))
      t.notMatch(answer, /secret|statusCode|stack/)
      t.equal(answer.split('\r\n\r\n')[1], body)
    }
  }
})

t.test('createServer: an absolute target decides which host was asked for', async (t) => {
  const seen: (string | undefined)[] = []
  const origin = await startOrigin(t, (request, response) => {
    seen.push(request.headers['x-forwarded-host'] as string)
    response.end('{}')
  })
  const port = await start(t, {
    extra_config: { 'security/http': { allowed_hosts: ['good.test'], ssl_redirect: false } },
    endpoints: [{ endpoint: '/a', backend: [{ host: [origin.url], url_pattern: '/' }] }]
  })
  t.match(await say(port, `GET http://good.test/a HTTP/1.1\r\nHost: evil.test\r\n${close}`), /^HTTP\/1\.1 200 /)
  t.match(await say(port, `GET http://evil.test/a HTTP/1.1\r\nHost: good.test\r\n${close}`), /^HTTP\/1\.1 500 [^]*Bad Host/)
  t.same(seen, ['good.test'])
  const redirecting = await start(t, { extra_config: { 'security/http': { ssl_redirect: true } }, endpoints: [{ endpoint: '/a', backend: [{ host: [origin.url], url_pattern: '/' }] }] })
  t.match(await say(redirecting, `GET http://evil.test/x?y HTTP/1.1\r\nHost: good.test\r\n${close}`), /\r\nlocation: https:\/\/evil\.test\/x\?y\r\n/i)
})

t.test('createServer: pipelined requests call their backends one after the other, and a client that leaves ends the call', async (t) => {
  let running = 0
  let calls = 0
  let ended = (): void => {}
  const end = new Promise<void>((resolve) => { ended = resolve })
  let began = (): void => {}
  const begin = new Promise<void>((resolve) => { began = resolve })
  const origin = await startOrigin(t, (request, response) => {
    running++
    calls++
    response.once('close', () => {
      running--
      ended()
    })
    began()
  })
  const port = await start(t, { endpoints: [{ endpoint: '/a', timeout: '1h', output_encoding: 'no-op', backend: [{ host: [origin.url], url_pattern: '/', encoding: 'no-op' }] }] })
  const socket = net.connect(port, '127.0.0.1')
  socket.on('error', () => {})
  socket.write('GET /a HTTP/1.1\r\nHost: h\r\n\r\n'.repeat(500))
  await begin
  t.equal(running, 1)
  socket.resetAndDestroy()
  await end
  t.equal(calls, 1)
})

t.test('createServer: an answer before the end of an upload arrives, and cuts the upload to the backend', async (t) => {
  let cut = (): void => {}
  const isCut = new Promise<void>((resolve) => { cut = resolve })
  const origin = await startOrigin(t, (request) => {
    request.on('error', () => {}).once('close', () => { if (!request.complete) cut() })
    request.resume()
  })
  const port = await start(t, { use_h2c: true, endpoints: [{ endpoint: '/up', method: 'POST', timeout: '300ms', output_encoding: 'no-op', backend: [{ host: [origin.url], url_pattern: '/', method: 'POST', encoding: 'no-op' }] }] })
  const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  socket.on('error', () => {})
  socket.write(`POST /up HTTP/1.1\r\nHost: h\r\nContent-Length: ${2 ** 40}\r\n\r\n`)
  const chunk = Buffer.alloc(1 << 20)
  const write = (): void => { socket.write(chunk, (error) => { if (error == null && !socket.readableEnded) write(); else if (error == null) socket.end() }) }
  write()
  t.match((await readAll(socket)).toString(), /^HTTP\/1\.1 500 [^]*connection: close/i)
  await isCut

  const session = http2.connect(`http://127.0.0.1:${port}`)
  t.teardown(() => { session.destroy() })
  const stream = session.request({ ':method': 'POST', ':path': '/up' })
  stream.on('error', () => {})
  const push = (): void => { if (!stream.destroyed && stream.writable) stream.write(chunk, (error) => { if (error == null) push() }) }
  push()
  // Not 'close': Node 22's client never says it of a stream that was reset while it wrote.
  const reset = once(stream, 'aborted')
  t.match(await once(stream, 'response'), [{ ':status': 500 }])
  stream.resume()
  await reset
  t.equal(stream.rstCode, 0)
})
