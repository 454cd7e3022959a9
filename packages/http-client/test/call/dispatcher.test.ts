import { once } from 'node:events'
import http from 'node:http'
import net from 'node:net'
import { Readable, Writable } from 'node:stream'
import t, { type Test } from 'tap'
import {
  Dispatcher as UndiciDispatcher, fetch as undiciFetch, interceptors, request, RetryAgent, stream, type Dispatcher
} from 'undici'
import { createClients, recycle } from '@floodgate/http-client'
import { createAuthority, listen, readAll, startOrigin, writeFiles, startRunClock } from '@floodgate/testing'
import { call, makeSettings, startCall, startClient } from '../support/clients.ts'

const ca = createAuthority('ca')
const server = ca.issue({ cn: 'server' })
const files = writeFiles(t, { ca: ca.cert })

/** Answers each connection with raw text. */
async function startRaw (t: Test, answer: (socket: net.Socket, request: string, nth: number) => void): Promise<{ url: string, requests: string[], accepted: () => number }> {
  const requests: string[] = []
  const sockets = new Set<net.Socket>()
  let accepted = 0
  const server = net.createServer((socket) => {
    accepted++
    sockets.add(socket)
    socket.setEncoding('latin1').on('error', () => {}).on('close', () => { sockets.delete(socket) })
    socket.on('data', (text: string) => { requests.push(text); answer(socket, text, requests.length) })
  })
  t.teardown(() => { server.close(); for (const socket of sockets) socket.destroy() })
  return { url: `http://127.0.0.1:${await listen(server)}`, requests, accepted: () => accepted }
}

t.test('dispatcher: serves fetch, undici and interceptors alike', async (t) => {
  const origin = await startOrigin(t, async (request, response) => {
    if (request.url === '/moved') { response.writeHead(302, { location: '/final' }).end(); return }
    const body = await readAll(request)
    response.writeHead(200, { 'content-type': 'text/plain', 'set-cookie': ['a=1', 'b=2'] }).end(`${request.method} ${request.url} ${body}`)
  })
  const { dispatcher } = startClient(t)
  const init = { dispatcher, method: 'POST', body: 'body' }
  t.equal(await (await fetch(`${origin.url}/x`, init as never)).text(), 'POST /x body', 'the fetch of Node')
  t.equal(await (await undiciFetch(`${origin.url}/x`, init)).text(), 'POST /x body', 'the fetch of undici')
  t.equal(await (await fetch(`${origin.url}/moved`, { dispatcher } as never)).text(), 'GET /final ')
  const answer = await request(`${origin.url}/x?a=1`, { ...init, query: undefined as never })
  t.equal(await answer.body.text(), 'POST /x?a=1 body', 'request')
  t.strictSame(answer.headers['set-cookie'], ['a=1', 'b=2'])
  t.equal(await (await request(`${origin.url}/x`, { dispatcher, query: { b: 2 } })).body.text(), 'GET /x?b=2 ', 'a query as an object')
  t.equal(await (await dispatcher.request({ origin: new URL(origin.url), path: '/x', method: 'GET' })).body.text(), 'GET /x ', 'an origin as a URL')
  const chunks: Buffer[] = []
  await stream(`${origin.url}/x`, { dispatcher, method: 'GET' }, () => new Writable({ write (chunk, _, done) { chunks.push(chunk); done() } }))
  t.equal(Buffer.concat(chunks).toString(), 'GET /x ', 'stream')
  const composed = dispatcher.compose(interceptors.dump(), interceptors.retry())
  t.equal((await request(`${origin.url}/moved`, { dispatcher: composed })).statusCode, 200, 'compose')
  t.equal(await (await request(`${origin.url}/x`, { dispatcher: new RetryAgent(dispatcher as never) })).body.text(), 'GET /x ', 'below another dispatcher')
  t.equal(await (await fetch(`${origin.url}/x`, { dispatcher, method: 'POST', body: new URLSearchParams({ a: '1' }) } as never)).text(), 'POST /x a=1')
  const form = new FormData()
  form.set('a', '1')
  t.match(await (await fetch(`${origin.url}/x`, { dispatcher, method: 'POST', body: form } as never)).text(), /name="a"\r\n\r\n1/)
  t.equal(origin.accepted, 1)
})

t.test('dispatch: handlers of undici\'s newer kind', async (t) => {
  const origin = await startOrigin(t, (request, response) => {
    response.writeHead(200, { 'x-own': ['1', '2'] })
    response.end('x'.repeat(request.url === '/long' ? 5_000_000 : 5))
  })
  const { dispatcher } = startClient(t)
  const order: string[] = []
  let controller: Dispatcher.DispatchController | undefined
  let bytes = 0
  await new Promise<void>((resolve, reject) => {
    dispatcher.dispatch({ origin: origin.url, path: '/long', method: 'GET' }, {
      onRequestStart (given) { controller = given; order.push('start') },
      onResponseStart (given, status, headers) {
        order.push(`${status} ${headers['x-own']}`)
        t.equal(given, controller)
        t.ok(Array.isArray(given.rawHeaders))
        given.pause()
        setImmediate(() => { given.resume() })
      },
      onResponseData (given, chunk) {
        bytes += chunk.length
        given.pause()
        setImmediate(() => { given.resume() })
      },
      onResponseEnd () { resolve() },
      onResponseError (_, error) { reject(error) }
    })
    t.strictSame(order, ['start'], 'begins at once')
  })
  t.strictSame(order, ['start', '200 1,2'])
  t.equal(bytes, 5_000_000)

  const reason = new Error('enough')
  const error = await new Promise((resolve) => {
    dispatcher.dispatch({ origin: 'http://127.0.0.1:9', path: '/', method: 'GET' }, {
      onRequestStart (given) { given.abort(reason); t.ok(given.aborted) },
      onResponseError (given, error) { t.equal(given.reason, reason); resolve(error) }
    })
  })
  t.equal(error, reason)
})

t.test('dispatch: abort works from the first moment on', async (t) => {
  const origin = await startOrigin(t, (_, response) => { response.end('final') })
  const client = startClient(t)
  const reason = new Error('enough')
  let reported: Error | undefined
  client.dispatcher.dispatch({ origin: origin.url, path: '/', method: 'GET' }, {
    onConnect (abort: (reason: Error) => void) { abort(reason) },
    onError (error: Error) { reported = error }
  } as Dispatcher.DispatchHandler)
  t.equal(reported, reason, 'within onConnect')

  const early = startCall(client.dispatcher, { origin: origin.url, path: '/' })
  early.abort()
  t.match((await early.ended).error, { name: 'AbortError', reason: 'FG_ERR_HTTP_CLIENT_ABORTED' }, 'before there is a connection')
  early.abort()
  await call(client.dispatcher, origin.url, '/')
  t.ok(origin.accepted <= 2)
  t.strictSame(early.calls, { onConnect: 1, onError: 1 })

  const signal = AbortSignal.timeout(20)
  // The proxy never answers, and nothing else ends the call soon.
  await t.rejects(request('http://127.0.0.1:9', { dispatcher: startClient(t, { proxy: { protocol: 'http', host: '127.0.0.1', port: (await startRaw(t, () => {})).url.split(':')[2] as unknown as number, username: null, password: null } }).dispatcher, signal }), { name: 'TimeoutError' })

  const throwing = new Promise((resolve) => {
    client.dispatcher.dispatch({ origin: origin.url, path: '/', method: 'GET' }, {
      onConnect () { throw reason },
      onError: resolve
    } as unknown as Dispatcher.DispatchHandler)
  })
  t.equal(await throwing, reason, 'an onConnect that throws')
  t.equal(client.stats().calls, 0)
})

t.test('dispatch: an abort keeps the connection that was being opened for the next call', async (t) => {
  const origin = await startOrigin(t, (request, response) => { response.end(request.url) })
  const client = startClient(t)
  const gone = startCall(client.dispatcher, { origin: origin.url, path: '/gone' })
  gone.abort()
  await once(origin.server, 'connection')
  while (client.stats().pools[0]!.idle === 0) await new Promise((resolve) => setImmediate(resolve))
  t.equal((await call(client.dispatcher, origin.url, '/next')).body, '/next')
  t.equal(origin.accepted, 1)
})

t.test('dispatch: an abort in the body closes the connection, and opens none', async (t) => {
  const origin = await startOrigin(t, (_, response) => { response.write('x') })
  const client = startClient(t)
  const running = startCall(client.dispatcher, { origin: origin.url, path: '/' })
  await running.answered
  const [socket] = origin.sockets
  running.abort()
  await running.ended
  await once(socket!, 'close')
  while (client.stats().pools[0]!.open > 0) await new Promise((resolve) => setImmediate(resolve))
  await new Promise((resolve) => setImmediate(resolve))
  t.equal(origin.accepted, 1)
  t.match(client.stats().pools[0], { opened: 1, open: 0, idle: 0 })
})

t.test('dispatch: the timeout is exact, and covers everything', async (t) => {
  const origin = await startOrigin(t, (request, response) => {
    switch (request.url) {
      case '/headers': break
      case '/body': response.write('x'); break
      case '/moved': response.writeHead(302, { location: '/headers' }).end(); break
      case '/moving': response.writeHead(302, { location: '/' }).write('x'); break
      default: response.end('final')
    }
  })
  const client = startClient(t)
  await call(client.dispatcher, origin.url, '/')
  for (const [path, stage] of [['/headers', 'headers'], ['/body', 'body'], ['/moved', 'headers'], ['/moving', 'redirect']]) {
    const ran = startRunClock(t)
    const begin = performance.now()
    const { error, status } = await call(client.dispatcher, origin.url, path!, { timeout: 60 })
    const elapsed = performance.now() - begin
    t.match(error, { reason: 'FG_ERR_HTTP_CLIENT_DEADLINE', stage }, path!)
    t.equal(status, path === '/body' ? 200 : 0)
    t.ok(elapsed > 58 && ran() < 1000, `${path}: ${elapsed} ms`)
  }
  t.match(await call(client.dispatcher, origin.url, '/', { timeout: 5000 }), { error: null, body: 'final' }, 'and leaves alone what is faster')
  t.match(client.stats().origins[0], { failures: { FG_ERR_HTTP_CLIENT_DEADLINE: 4 } })

  const collecting = startClient(t, { sendBodyOnRedirect: true }).dispatcher
  const upload = new Readable({ read () {} })
  t.match(await call(collecting, origin.url, '/', { method: 'POST', body: upload, timeout: 30 }), { error: { reason: 'FG_ERR_HTTP_CLIENT_DEADLINE', stage: 'request' } })
  t.ok(upload.destroyed, 'a body that is still collected ends with the call')
})

t.test('dispatch: response_header_timeout', async (t) => {
  const origin = await startOrigin(t, (request, response) => {
    if (request.url === '/early') { response.write('x'); setTimeout(() => { response.end('y') }, 120) }
    if (request.url === '/hint') { response.writeEarlyHints({ link: '</a>; rel=preload' }) }
  })
  const { dispatcher } = startClient(t, { transport: { responseHeaderTimeout: 50 } })
  t.match(await call(dispatcher, origin.url, '/never'), { error: { reason: 'FG_ERR_HTTP_CLIENT_HEADER_TIMEOUT', stage: 'headers' } })
  t.match(await call(dispatcher, origin.url, '/hint'), { error: { reason: 'FG_ERR_HTTP_CLIENT_HEADER_TIMEOUT' } }, 'an interim answer is none')
  t.match(await call(dispatcher, origin.url, '/early'), { error: null, body: 'xy' }, 'the body may take longer')
})

t.test('dispatch: answers that are not right', async (t) => {
  const cases: [answer: string, code: string, stage: string][] = [
    ['HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort', 'FG_ERR_HTTP_CLIENT_BODY_CUT', 'body'],
    ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n', 'FG_ERR_HTTP_CLIENT_BODY_CUT', 'body'],
    ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nwrong\r\n', 'FG_ERR_HTTP_CLIENT_BODY_CUT', 'body'],
    ['', 'FG_ERR_HTTP_CLIENT_HANGUP', 'headers'],
    ['HTTP/1.1 200 OK\r\nContent-Len', 'FG_ERR_HTTP_CLIENT_HANGUP', 'headers'],
    ['SSH-2.0-OpenSSH\r\n', 'FG_ERR_HTTP_CLIENT_BAD_RESPONSE', 'headers'],
    [`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(1_100_000)}\r\n\r\n`, 'FG_ERR_HTTP_CLIENT_BAD_RESPONSE', 'headers']
  ]
  const client = startClient(t)
  for (const [answer, code, stage] of cases) {
    const raw = await startRaw(t, (socket) => { socket.end(answer) })
    t.match((await call(client.dispatcher, raw.url, '/')).error, { reason: code, stage }, JSON.stringify(answer.slice(0, 60)))
    t.equal(raw.requests.length, 1, 'asked once')
  }
  const long = await startRaw(t, (socket) => { socket.end(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(200_000)}\r\n\r\n`) })
  t.equal((await call(client.dispatcher, long.url, '/')).headers['x']!.length, 200_000, 'headers longer than undici\'s own limit')
})

t.test('dispatch: interim answers, and 304 with a length', async (t) => {
  const raw = await startRaw(t, (socket, text) => {
    socket.write(text.startsWith('GET /hint')
      ? 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfinal'
      : 'HTTP/1.1 304 Not Modified\r\nContent-Length: 100\r\nETag: "1"\r\n\r\n')
  })
  const { dispatcher } = startClient(t)
  const hinted = startCall(dispatcher, { origin: raw.url, path: '/hint' })
  t.match(await hinted.ended, { status: 200, body: 'final' })
  t.equal(hinted.calls['onHeaders'], 2)
  for (let i = 0; i < 2; i++) t.match(await call(dispatcher, raw.url, '/304'), { status: 304, body: '', error: null })
})

t.test('dispatch: a request that got nothing on a kept connection goes again, once', async (t) => {
  const table: [method: string, options: object, retried: boolean][] = [
    ['GET', {}, true],
    ['HEAD', {}, true],
    ['OPTIONS', {}, true],
    ['POST', {}, false],
    ['DELETE', {}, false],
    ['GET', { body: 'body' }, false],
    ['POST', { headers: { 'idempotency-key': '1' } }, true],
    ['POST', { headers: { 'idempotency-key': '1' }, body: 'body' }, false]
  ]
  for (const [method, options, retried] of table) {
    for (const end of ['end', 'resetAndDestroy'] as const) {
      // Serves one request per connection, and hangs up at the second one.
      const served = new Set<net.Socket>()
      const raw = await startRaw(t, (socket) => {
        if (served.has(socket)) { socket[end](); return }
        served.add(socket)
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
      })
      const client = startClient(t)
      await call(client.dispatcher, raw.url, '/first')
      const { status, error } = await call(client.dispatcher, raw.url, '/second', { method, ...options })
      const title = `${method} ${JSON.stringify(options)} after ${end}`
      if (retried) t.equal(status, 200, title)
      else t.match(error, { reason: 'FG_ERR_HTTP_CLIENT_HANGUP' }, title)
      t.equal(raw.requests.length, retried ? 3 : 2)
      t.equal(client.stats().origins[0]!.retries, retried ? 1 : 0)
    }
  }
  const fresh = await startRaw(t, (socket) => { socket.end() })
  const { dispatcher } = startClient(t)
  t.match((await call(dispatcher, fresh.url, '/')).error, { reason: 'FG_ERR_HTTP_CLIENT_HANGUP' })
  t.equal(fresh.requests.length, 1, 'not on a new connection')
  const begun = await startRaw(t, (socket, _, nth) => { if (nth === 1) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'); else socket.end('HTTP/1.1 20') })
  await call(dispatcher, begun.url, '/')
  t.match((await call(dispatcher, begun.url, '/')).error, { reason: 'FG_ERR_HTTP_CLIENT_HANGUP' })
  t.equal(begun.requests.length, 2, 'not when an answer had begun')
})

t.test('dispatch: idle connections that were cut are not used', async (t) => {
  const origin = await startOrigin(t, (request, response) => { request.resume(); response.end('final') })
  const { dispatcher } = startClient(t)
  for (const method of ['GET', 'POST', 'POST']) {
    t.match(await call(dispatcher, origin.url, '/', { method, body: method === 'POST' ? 'body' : null }), { status: 200 })
    for (const socket of origin.sockets) socket.destroy()
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  t.equal(origin.accepted, 3)
})

t.test('dispatch: what belongs to one connection stays out of the request', async (t) => {
  const raw = await startRaw(t, (socket) => { socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n') })
  const { dispatcher } = startClient(t)
  const unwanted = { connection: 'close, x-hop', 'keep-alive': 'timeout=1', te: 'trailers', trailer: 'x', 'transfer-encoding': 'chunked', upgrade: 'h2c', expect: 'other', 'proxy-authorization': 'x', 'proxy-connection': 'x' }
  const wanted = { accept: '*/*', 'x-own': ['1', '2'], 'user-agent': 'own' }
  const headers = { ...unwanted, ...wanted }
  const forms: unknown[] = [headers, Object.entries(headers).flat(1), Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]).flat(1), new Map(Object.entries(headers))]
  for (const [name, value] of Object.entries(unwanted)) forms.push({ [name]: value, ...wanted }, [name, value, ...Object.entries(wanted).flat(1)])
  for (const form of forms) {
    raw.requests.length = 0
    t.equal((await call(dispatcher, raw.url, '/', { headers: form })).error, null)
    t.equal(raw.requests[0]!.toLowerCase(), `get / http/1.1\r\nhost: ${new URL(raw.url).host}\r\nconnection: keep-alive\r\naccept: */*\r\nx-own: 1\r\nx-own: 2\r\nuser-agent: own\r\n\r\n`)
  }
  t.equal(raw.accepted(), 1)
})

t.test('dispatch: every method keeps its connection', async (t) => {
  const origin = await startOrigin(t, (request, response) => { request.resume().on('end', () => { response.end() }) })
  const { dispatcher } = startClient(t)
  for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD']) {
    for (const body of [null, 'body', Readable.from(['body'])]) t.equal((await call(dispatcher, origin.url, '/', { method, body: body as string })).error, null)
  }
  t.equal(origin.accepted, 1)
})

t.test('dispatch: uploads', async (t) => {
  const lengths: unknown[] = []
  const origin = await startOrigin(t, async (request, response) => {
    lengths.push(request.headers['content-length'] ?? request.headers['transfer-encoding'])
    if (request.url === '/early') { response.end('early'); return }
    response.end(String((await readAll(request).catch(() => Buffer.alloc(0))).length))
  })
  const client = startClient(t)
  const big = Buffer.alloc(1_000_000)
  t.equal((await call(client.dispatcher, origin.url, '/', { method: 'POST', body: big })).body, '1000000')
  t.equal((await call(client.dispatcher, origin.url, '/', { method: 'POST', body: Readable.from([big, big]) })).body, '2000000')
  t.equal((await call(client.dispatcher, origin.url, '/', { method: 'POST', body: Readable.from([big]), headers: { 'content-length': '1000000' } })).body, '1000000')
  t.strictSame(lengths, ['1000000', 'chunked', '1000000'])
  const failing = new Readable({ read () { this.destroy(new Error('disk')) } })
  t.match((await call(client.dispatcher, origin.url, '/', { method: 'POST', body: failing })).error, { reason: 'FG_ERR_HTTP_CLIENT_UPLOAD', stage: 'request', cause: { message: 'disk' } })
  const collected = startClient(t, { sendBodyOnRedirect: true }).dispatcher
  t.match((await call(collected, origin.url, '/', { method: 'POST', body: new Readable({ read () { this.destroy(new Error('disk')) } }) })).error, { reason: 'FG_ERR_HTTP_CLIENT_UPLOAD', cause: { message: 'disk' } })
  t.match((await call(client.dispatcher, origin.url, '/', { method: 'POST', body: 'body', headers: { 'content-length': '3' } })).error, { reason: 'FG_ERR_HTTP_CLIENT_REQUEST' })
  t.match((await call(client.dispatcher, origin.url, '/ x')).error, { reason: 'FG_ERR_HTTP_CLIENT_REQUEST' })
  t.match((await call(client.dispatcher, origin.url, '/', { headers: { 'x y': '1' } })).error, { reason: 'FG_ERR_HTTP_CLIENT_REQUEST' })
  const endless = new Readable({ read () { setImmediate(() => { this.push(big) }) } })
  t.equal((await call(client.dispatcher, origin.url, '/early', { method: 'POST', body: endless })).body, 'early', 'an answer before the end of the upload')
  t.equal(client.stats().calls, 0)

  // A client of a server of ours that goes away in the middle of its upload.
  const seen: Promise<unknown>[] = []
  const front = await startOrigin(t, (request) => { seen.push(call(client.dispatcher, origin.url, '/', { method: 'POST', body: request as unknown as Readable })) })
  const upload = http.request(front.url, { method: 'POST' }).on('error', () => {})
  upload.write('some')
  while (lengths.length < 5) await new Promise((resolve) => setImmediate(resolve))
  upload.destroy()
  t.match(await seen[0], { error: { reason: 'FG_ERR_HTTP_CLIENT_UPLOAD' } })
})

t.test('dispatch: large bodies arrive whole, however they are read', async (t) => {
  const bytes = 8_000_000
  const body = Buffer.alloc(bytes, Buffer.from(Array.from({ length: 251 }, (_, i) => i)))
  const handler: http.RequestListener = (request, response) => {
    if (request.url === '/chunked') response.writeHead(200)
    else response.writeHead(200, { 'content-length': bytes })
    response.end(body)
  }
  const client = startClient(t, { tls: { caCerts: [files.ca] } })
  for (const origin of [await startOrigin(t, handler), await startOrigin(t, handler, server)]) {
    for (const path of ['/length', '/chunked']) {
      for (const slow of [false, true]) {
        let at = 0
        let same = true
        const error = await new Promise((resolve) => {
          let resume = (): void => {}
          client.dispatcher.dispatch({ origin: origin.url, path, method: 'GET' }, {
            onConnect () {},
            onHeaders (_: number, __: Buffer[], given: () => void) { resume = given; return true },
            onData (chunk: Buffer) {
              same &&= chunk.equals(body.subarray(at, at + chunk.length))
              at += chunk.length
              if (!slow) { recycle(chunk); return true }
              setImmediate(() => { recycle(chunk); resume() })
              return false
            },
            onComplete () { resolve(null) },
            onError: resolve
          } as unknown as Dispatcher.DispatchHandler)
        })
        t.strictSame({ error, at, same }, { error: null, at: bytes, same: true }, `${origin.url} ${path} ${slow ? 'slowly' : 'fast'}`)
      }
    }
  }
  const answer = await request((await startOrigin(t, handler)).url, { dispatcher: client.dispatcher })
  t.ok(Buffer.from(await answer.body.arrayBuffer()).equals(body), 'as a stream of undici')
})

t.test('dispatch: upgrades', async (t) => {
  const origin = await startOrigin(t, () => {})
  origin.server.on('upgrade', (_, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: own\r\n\r\n')
    socket.on('data', (chunk: Buffer) => { socket.write(chunk) })
  })
  const clients = createClients({ env: {} })
  const { status, upgraded } = await call(clients.acquire(makeSettings()).dispatcher, origin.url, '/', { upgrade: 'own' })
  t.equal(status, 101)
  upgraded!.write('echo')
  t.equal(String((await once(upgraded!, 'data'))[0]), 'echo')
  await clients.close({ timeout: 10 })
  t.ok(upgraded!.destroyed)
})

t.test('dispatcher: is one of undici\'s own, and closes nobody else\'s connections', async (t) => {
  const origin = await startOrigin(t, (_, response) => { response.end('final') })
  const { dispatcher } = startClient(t)
  t.ok(dispatcher instanceof UndiciDispatcher, 'one copy of undici')
  await dispatcher.close()
  await dispatcher.destroy()
  await new Promise<void>((resolve) => { dispatcher.close(resolve) })
  await new Promise<void>((resolve) => { dispatcher.destroy(null, resolve) })
  t.equal((await call(dispatcher, origin.url, '/')).body, 'final')
})

t.test('timeout of the settings: a whole call ends with it, with interceptors too; that of the call takes precedence', async (t) => {
  const silent = await startOrigin(t, () => {})
  const client = startClient(t, { own: { timeout: 30 } })
  for (const dispatcher of [client.dispatcher, client.withoutRedirects, client.intercept((dispatch) => dispatch)]) {
    t.match((await call(dispatcher, silent.url, '/')).error, { reason: 'FG_ERR_HTTP_CLIENT_DEADLINE', message: /within 30 ms/ })
  }
  t.match((await call(client.dispatcher, silent.url, '/', { timeout: 20 })).error, { message: /within 20 ms/ })
})
