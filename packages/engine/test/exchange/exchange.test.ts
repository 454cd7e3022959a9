import { once } from 'node:events'
import net from 'node:net'
import { PassThrough, Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import type { FastifyRequest } from 'fastify'
import t from 'tap'
import { Agent, Dispatcher, Pool } from 'undici'
import { Call, CoreRequest, Fault, type Body, type Headers } from '@floodgate/core'
import { createExchange } from '@floodgate/engine'
import { listen, readAll, startOrigin, startRunClock, type Teardown } from '@floodgate/testing'

interface RequestOptions { method?: string, headers?: Headers, body?: Body, timeout?: number, call?: Call }

function requestFor (t: Teardown, origin: string, target: string, { method = 'GET', headers = {}, body = null, timeout = 2000, call = new Call(timeout) }: RequestOptions = {}): CoreRequest {
  t.teardown(() => { call.finish() })
  const request = new CoreRequest({} as FastifyRequest, call, method, {}, headers, null, body)
  request.origin = origin
  request.target = target
  return request
}

function startAgent (t: Teardown): Agent {
  const agent = new Agent()
  t.teardown(() => agent.destroy())
  return agent
}

async function failure (promise: Promise<unknown>): Promise<Fault> {
  try { await promise } catch (error) { return error as Fault }
  throw new Error('It did not fail')
}

t.test('createExchange: collects whole bodies, and always unzips them', async (t) => {
  const large = 'x'.repeat(300_000)
  const origin = await startOrigin(t, (req, res) => {
    const path = req.url!
    res.writeHead(path === '/204' ? 204 : 201, { 'content-type': 'text/plain', ...(path.startsWith('/gzip') && { 'content-encoding': 'gzip' }) })
    res.end(path === '/gzip' ? gzipSync(large) : path === '/gzip-lie' ? 'plain' : path === '/204' || path === '/none' ? undefined : large)
  })
  for (const bare of [false, true]) {
    const exchange = createExchange({ dispatcher: startAgent(t), mode: 'collect', bare })
    for (const [path, headers] of [['/', {}], ['/gzip', {}], ['/gzip', { 'accept-encoding': 'gzip, br' }]] as const) {
      const answer = await exchange(requestFor(t, origin.url, path, { headers }))
      t.equal(answer.status, 201)
      t.ok(Buffer.isBuffer(answer.body))
      t.equal(String(answer.body), large)
      t.notOk('content-encoding' in answer.headers)
      t.equal(answer.headers['content-type'], 'text/plain')
    }
    t.equal((await exchange(requestFor(t, origin.url, '/204'))).body, null)
    t.equal((await exchange(requestFor(t, origin.url, '/none'))).body, null)
    t.match(await failure(exchange(requestFor(t, origin.url, '/gzip-lie'))), { kind: 'backend', code: 'FG_ERR_PROXY_GZIP', message: 'gzip: invalid header' })
  }
})

t.test('createExchange: does not ask for gzip where compression is off', async (t) => {
  const origin = await startOrigin(t, (req, res) => { res.end(req.headers['accept-encoding'] ?? 'nothing') })
  const exchange = createExchange({ dispatcher: startAgent(t), mode: 'collect', gzip: false })
  t.equal(String((await exchange(requestFor(t, origin.url, '/'))).body), 'nothing')
})

t.test('createExchange: says in public what went wrong, and in detail where', async (t) => {
  const origin = await startOrigin(t, (req, res) => {
    const path = req.url!.split('?')[0]
    if (path === '/hangup') { req.socket.destroy(); return }
    if (path === '/reset') { req.socket.resetAndDestroy(); return }
    if (path === '/malformed') { req.socket.end('this is not HTTP\r\n\r\n'); return }
    if (path === '/continue') { req.socket.end('HTTP/1.1 100 Continue\r\n\r\n'); return }
    res.writeHead(200, { 'content-length': 10 })
    res.write('part', () => { req.socket.destroy() })
  })
  const gone = net.createServer()
  const port = await listen(gone)
  gone.close()
  const secure = createExchange({ dispatcher: startAgent(t), mode: 'collect' })
  const tls = await startOrigin(t, (_req, res) => { res.end() })
  for (const [base, path, text, code] of [
    [`http://127.0.0.1:${port}`, '/', 'connect: connection refused', 'FG_ERR_PROXY_BACKEND'],
    ['http://floodgate.invalid', '/', 'lookup: ', 'FG_ERR_PROXY_BACKEND'],
    [origin.url, '/hangup', 'EOF', 'FG_ERR_PROXY_BACKEND'],
    [origin.url, '/reset', 'read: connection reset by peer', 'FG_ERR_PROXY_BACKEND'],
    [origin.url, '/malformed', 'malformed HTTP response', 'FG_ERR_PROXY_BACKEND'],
    [origin.url, '/continue', 'EOF', 'FG_ERR_PROXY_BACKEND'],
    [origin.url, '/cut', 'unexpected EOF', 'FG_ERR_PROXY_BODY'],
    [tls.url.replace('http:', 'https:'), '/', 'tls: handshake failure', 'FG_ERR_PROXY_BACKEND'],
    [origin.url, '/ü', 'invalid request', 'FG_ERR_PROXY_BACKEND']
  ] as const) {
    const fault = await failure(secure(requestFor(t, base, path === '/ü' ? '/\u{1f600}' : path + '?token=geheim')))
    t.equal(fault.kind, 'backend')
    t.equal(fault.code, code)
    t.ok(fault.message.startsWith(text), `${path}: ${fault.message}`)
    t.notMatch(fault.message, /127|invalid\b.*\./)
    t.ok(fault.detail.startsWith(`GET ${base}`), fault.detail)
    t.notMatch(fault.detail, /geheim/)
    t.ok(fault.cause instanceof Error)
  }
})

t.test('createExchange: keeps the code and the cause of an error that has one', async (t) => {
  class Failing extends Dispatcher {
    override dispatch (): boolean { throw Object.assign(new Error('all proxies are closed on sundays'), { code: 'FG_ERR_HTTP_CLIENT_PROXY', cause: Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }) }) }
  }
  const fault = await failure(createExchange({ dispatcher: new Failing(), mode: 'pass' })(requestFor(t, 'http://user:pass@a', '/b')))
  t.match(fault, { code: 'FG_ERR_HTTP_CLIENT_PROXY', message: 'connect: connection refused', detail: 'GET http://a/b: all proxies are closed on sundays: connect' })
})

t.test('createExchange: ends with its call, whether or not there is a connection yet', async (t) => {
  const origin = await startOrigin(t, () => {})
  const exchange = createExchange({ dispatcher: startAgent(t), mode: 'pass' })
  const ran = startRunClock(t)
  t.match(await failure(exchange(requestFor(t, origin.url, '/', { timeout: 100 }))), { kind: 'deadline', message: 'context deadline exceeded' })
  let finish!: () => void
  const slow = new Pool(origin.url, { connect: (_options, done) => { finish = () => { done(new Error('too late'), null) } } })
  t.teardown(() => slow.destroy())
  t.match(await failure(createExchange({ dispatcher: slow, mode: 'pass' })(requestFor(t, origin.url, '/', { timeout: 100 }))), { kind: 'deadline' })
  finish()
  t.ok(ran() < 500)
  const { accepted } = origin
  const ended = new Call(0)
  ended.cancel(new Fault('abort', 'X', 'gone'))
  t.match(await failure(exchange(requestFor(t, origin.url, '/', { call: ended }))), { kind: 'abort', code: 'X' })
  t.equal(origin.accepted, accepted, 'an ended call is not sent')
})

t.test('createExchange: a request that is not sent yet when its call ends is not sent at all', async (t) => {
  let dispatched = 0
  let connect!: (abort: (reason?: Error) => void) => void
  class Late extends Dispatcher {
    override dispatch (_options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
      dispatched++
      connect = (abort) => { handler.onRequestStart!({ abort } as Dispatcher.DispatchController, {}) }
      return true
    }
  }
  const call = new Call(0)
  const answer = failure(createExchange({ dispatcher: new Late(), mode: 'collect' })(requestFor(t, 'http://a', '/', { call })))
  call.cancel(new Fault('abort', 'X', 'gone'))
  t.equal((await answer).kind, 'abort')
  t.equal(dispatched, 1)
  let aborted: Error | undefined
  connect((reason) => { aborted = reason })
  t.match(aborted, { kind: 'abort' })
})

t.test('createExchange: sends Buffers and streams of any make', async (t) => {
  const origin = await startOrigin(t, async (req, res) => { res.setHeader('x-length', req.headers['content-length'] ?? 'none'); res.end(await readAll(req)) })
  const exchange = createExchange({ dispatcher: startAgent(t), mode: 'collect' })
  const text = 'y'.repeat(200_000)
  const piped = new PassThrough()
  for (const [body, headers, length] of [
    [Buffer.from('abc'), { 'content-length': '99' }, '3'],
    [Readable.from([Buffer.from(text)]), { 'content-length': '200000' }, '200000'],
    [piped, {}, 'none']
  ] as const) {
    const answer = exchange(requestFor(t, origin.url, '/', { method: 'POST', body, headers }))
    if (body === piped) { piped.write(text.slice(0, 100_000)); setImmediate(() => { piped.end(text.slice(100_000)) }) }
    const { headers: got, body: echoed } = await answer
    t.equal(got['x-length'], length)
    t.equal(String(echoed), Buffer.isBuffer(body) ? 'abc' : text)
  }
})

t.test('createExchange: a body that fails fails the call, and a call that ends lets go of the body', async (t) => {
  const origin = await startOrigin(t, (req) => { req.resume() })
  const exchange = createExchange({ dispatcher: startAgent(t), mode: 'pass' })
  const broken = new PassThrough()
  const answer = failure(exchange(requestFor(t, origin.url, '/', { method: 'POST', body: broken })))
  broken.write('begin')
  await once(origin.server, 'request')
  broken.destroy(new Error('disk full'))
  t.match((await answer).detail, /disk full/)
  const call = new Call(0)
  const endless = new Readable({ read () { this.push(Buffer.alloc(1000)) } })
  const ended = failure(exchange(requestFor(t, origin.url, '/', { method: 'POST', body: endless, call })))
  await once(origin.server, 'request')
  call.cancel(new Fault('abort', 'X', 'gone'))
  t.equal((await ended).kind, 'abort')
  t.notOk(endless.destroyed, 'it is not ours to destroy')
  t.equal(endless.listenerCount('data'), 0)
  endless.destroy()
})

t.test('createExchange: a passage that is destroyed stops the backend', async (t) => {
  const origin = await startOrigin(t, (_req, res) => { new Readable({ read () { this.push(Buffer.alloc(65536)) } }).pipe(res) })
  const { body } = await createExchange({ dispatcher: startAgent(t), mode: 'pass' })(requestFor(t, origin.url, '/'))
  const [socket] = origin.sockets
  t.ok(body instanceof Readable)
  ;(body as Readable).destroy()
  await new Promise((resolve) => { socket!.once('close', resolve) })
  t.ok(socket!.destroyed)
})

t.test('createExchange: a passage can be read like any stream', async (t) => {
  const origin = await startOrigin(t, (_req, res) => { res.write('one '); setTimeout(() => { res.end('two') }, 20) })
  const exchange = createExchange({ dispatcher: startAgent(t), mode: 'pass' })
  const { body } = await exchange(requestFor(t, origin.url, '/'))
  t.equal(String(await readAll(body as Readable)), 'one two')
  const { body: piped } = await exchange(requestFor(t, origin.url, '/'))
  t.equal(String(await readAll((piped as Readable).pipe(new PassThrough()))), 'one two')
})
