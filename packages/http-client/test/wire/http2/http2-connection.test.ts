import { once } from 'node:events'
import http2, { type Http2SecureServer, type ServerHttp2Session, type ServerHttp2Stream, type IncomingHttpHeaders } from 'node:http2'
import { PassThrough, Readable } from 'node:stream'
import tls, { type TLSSocket } from 'node:tls'
import t from 'tap'
import { createAuthority, listen, readAll, startForwardProxy, startOrigin, startSocksProxy, trackSockets, until, writeFiles, type Teardown } from '@floodgate/testing'
import { call, startCall, startClient, type ChangedSettings } from '../../support/clients.ts'

const ca = createAuthority('ca')
const server = ca.issue({ cn: 'server' })
const named = ca.issue({ cn: 'named', san: ['orders.internal'] })
const clients = createAuthority('ca-client')
const [other, fitting] = [ca.issue({ cn: 'other', san: [] }), clients.issue({ cn: 'fitting', san: [] })]
const files = writeFiles(t, { 'ca.pem': ca.cert, 'other.pem': other.cert, 'other.key': other.key, 'fitting.pem': fitting.cert, 'fitting.key': fitting.key })
const trusting = { caCerts: [files['ca.pem']], disableSystemCaPool: true }

type Answer = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void

interface Http2Origin {
  readonly url: string
  readonly port: number
  readonly server: Http2SecureServer
  readonly sessions: ServerHttp2Session[]
  accepted: number
  cut (): void
}

/** Starts a real HTTP/2 server that takes nothing else. */
async function startHttp2 (t: Teardown, answer: Answer, options: http2.SecureServerOptions = {}): Promise<Http2Origin> {
  const sessions: ServerHttp2Session[] = []
  const running = http2.createSecureServer({ ...server, ...options })
  const sockets = trackSockets(running)
  running.on('session', (session) => { sessions.push(session); session.on('error', () => {}) })
  running.on('stream', (stream, headers) => { stream.on('error', () => {}); answer(stream, headers) })
  running.on('tlsClientError', () => {})
  const port = await listen(running)
  const cut = (): void => { for (const socket of sockets) socket.destroy() }
  const origin: Http2Origin = { url: `https://127.0.0.1:${port}`, port, server: running, sessions, accepted: 0, cut }
  running.on('connection', () => { origin.accepted++ })
  t.teardown(() => new Promise<void>((resolve) => { running.close(() => { resolve() }); cut() }))
  return origin
}

const startHttp2Client = (t: Teardown, settings: ChangedSettings = {}) => startClient(t, { tls: trusting, ...settings, own: { http2: true, ...settings.own } })

const echo: Answer = async (stream, headers) => {
  const body = await readAll(stream).catch(() => null)
  if (body === null || stream.destroyed) return
  stream.respond({ ':status': 200, 'content-type': 'application/json', 'set-cookie': ['a=1', 'b=2'] })
  stream.end(JSON.stringify({ headers, body: body.toString('latin1') }))
}

t.test('http2: requests of all kinds, over one connection', async (t) => {
  const origin = await startHttp2(t, echo)
  const client = startHttp2Client(t)
  const get = await call(client.dispatcher, origin.url, '/a?b=c', { headers: ['X-A', '1', 'x-a', '2', 'Connection', 'close', 'TE', 'trailers', 'Host', 'evil.test', 'Cookie', 'a=\xe9'] })
  t.match([get.status, get.headers['content-type']], [200, 'application/json'])
  const { headers } = JSON.parse(get.body) as { headers: IncomingHttpHeaders }
  t.match(headers, { ':method': 'GET', ':path': '/a?b=c', ':scheme': 'https', ':authority': 'evil.test', 'x-a': '1, 2', cookie: 'a=\xe9' })
  t.strictSame([headers['te'], headers['host'], headers['connection'], headers['content-length']], [undefined, undefined, undefined, undefined])
  const large = 'x'.repeat(3_000_000)
  for (const body of ['text', Buffer.from(large), Readable.from(['in', 'two'], { objectMode: false }), (async function * () { yield Buffer.from('one') })(), new Blob(['blob'])]) {
    const outcome = await call(client.dispatcher, origin.url, '/', { method: 'POST', body: body as never })
    t.equal(outcome.error, null)
    t.ok(['text', large, 'intwo', 'one', 'blob'].includes((JSON.parse(outcome.body) as { body: string }).body))
  }
  t.match(await call(client.dispatcher, origin.url, '/', { method: 'HEAD' }), { status: 200, bytes: 0, error: null })
  t.equal(origin.accepted, 1)
  while (client.stats().pools[0]!.idle === 0) await new Promise(setImmediate)
  t.match(client.stats().pools, [{ opened: 1, open: 1, idle: 1, reused: 6 }])
})

t.test('http2: calls share a connection, as many as the server takes; more wait or get another one', async (t) => {
  const held: ServerHttp2Stream[] = []
  const origin = await startHttp2(t, (stream) => { held.push(stream); origin.server.emit('held') }, { settings: { maxConcurrentStreams: 3 } })
  const client = startHttp2Client(t, { own: { maxConnections: 2 } })
  const running = Array.from({ length: 8 }, () => call(client.dispatcher, origin.url, '/'))
  while (held.length < 6) await once(origin.server, 'held')
  t.equal(origin.accepted, 2)
  t.match(client.stats(), { calls: 8, pools: [{ open: 2, idle: 0 }] })
  const late = await call(client.dispatcher, origin.url, '/', { timeout: 50 })
  t.match(late.error, { reason: 'FG_ERR_HTTP_CLIENT_DEADLINE', stage: 'queue' })
  let ended = 0
  const end = (): void => { for (const stream of held.slice(ended)) { ended++; stream.respond({ ':status': 204 }); stream.end() } }
  origin.server.on('held', end)
  end()
  t.strictSame((await Promise.all(running)).map(({ status }) => status), Array(8).fill(204))
  t.equal(origin.accepted, 2)
})

t.test('http2: a server without it is spoken to in HTTP/1.1, a connection for each call that runs', async (t) => {
  const origin = await startOrigin(t, (req, res) => { res.end(req.httpVersion + ((req.socket as TLSSocket).alpnProtocol || '')) }, server)
  const client = startHttp2Client(t)
  const many = await Promise.all(Array.from({ length: 5 }, () => call(client.dispatcher, origin.url, '/')))
  t.ok(many.every(({ body }) => body.startsWith('1.1')), many.map(({ body }) => body).join())
  t.match(await call(client.dispatcher, origin.url, '/', { method: 'POST', body: 'x' }), { status: 200 })
  t.ok(origin.accepted <= 5)
  const plain = await startOrigin(t, (req, res) => { res.end(req.httpVersion) })
  t.equal((await call(client.dispatcher, plain.url, '/')).body, '1.1', 'http is never asked')
})

t.test('http2: through CONNECT, TLS in TLS and SOCKS, by another name, and with the right one of two client certificates', async (t) => {
  const who: Answer = (stream) => { const socket = stream.session!.socket as TLSSocket & { servername: string }; stream.respond(); stream.end(`${socket.servername || 'none'} ${socket.getPeerCertificate()?.subject?.CN ?? 'none'}`) }
  const origin = await startHttp2(t, who)
  const [plain, secure, socks] = await Promise.all([startForwardProxy(t), startForwardProxy(t, { tls: server }), startSocksProxy(t)])
  for (const [protocol, port] of [['http', plain.port], ['https', secure.port], ['socks5', socks.port]] as const) {
    const { dispatcher } = startHttp2Client(t, { proxy: { protocol, host: '127.0.0.1', port, username: null, password: null } })
    for (let i = 0; i < 2; i++) t.match(await call(dispatcher, origin.url, '/'), { status: 200, body: 'none none' }, protocol)
  }
  t.equal(origin.accepted, 3)
  const renamed = await startHttp2(t, who, named)
  t.match(await call(startHttp2Client(t, { own: { servername: 'orders.internal' } }).dispatcher, renamed.url, '/'), { body: 'orders.internal none' })
  const asking = await startHttp2(t, who, { ca: clients.cert, requestCert: true })
  const { dispatcher } = startHttp2Client(t, { tls: { ...trusting, clientCerts: ['other', 'fitting'].map((name) => ({ certificate: files[`${name as 'other'}.pem`], privateKey: files[`${name as 'other'}.key`] })) } })
  for (let i = 0; i < 2; i++) t.match(await call(dispatcher, asking.url, '/'), { body: 'none fitting' })
})

t.test('http2: an abort or a deadline ends the one stream, and the connection goes on', async (t) => {
  const seen: Promise<number>[] = []
  const origin = await startHttp2(t, (stream, headers) => {
    if (headers[':path'] === '/quick') { stream.respond(); stream.end('quick'); return }
    stream.resume()
    if (headers[':path'] === '/body') { stream.respond(); stream.write('some') }
    seen.push(once(stream, 'close').then(() => stream.rstCode!))
  })
  const client = startHttp2Client(t)
  await call(client.dispatcher, origin.url, '/quick')
  t.match((await call(client.dispatcher, origin.url, '/never', { timeout: 50 })).error, { reason: 'FG_ERR_HTTP_CLIENT_DEADLINE', stage: 'headers' })
  const broken = startCall(client.dispatcher, { origin: origin.url, path: '/body' })
  await broken.answered
  broken.abort(new Error('enough'))
  t.match(await broken.ended, { status: 200, error: { message: 'enough' } })
  t.strictSame(await Promise.all(seen), Array(2).fill(http2.constants.NGHTTP2_CANCEL))
  t.equal((await call(client.dispatcher, origin.url, '/quick')).body, 'quick')
  t.equal(origin.accepted, 1)
})

t.test('http2: an upload that breaks off does not look whole to the server', async (t) => {
  const [endStream, ofData, ofReset] = [1, 0, 3]
  for (const breakOff of [(running: ReturnType<typeof startCall>) => { running.abort(new Error('no more')) }, (_: unknown, body: PassThrough) => { body.destroy(new Error('disk')) }, (_: unknown, body: PassThrough) => { body.destroy() }]) {
    const frames: { type: number, flags: number }[] = []
    const body = new PassThrough()
    let reset: () => void = () => {}
    const isReset = new Promise<void>((resolve) => { reset = resolve })
    // A server that looks at the frames themselves (RFC 9113, 4.1).
    const raw = tls.createServer({ ...server, ALPNProtocols: ['h2'] }, (socket) => {
      let rest = Buffer.alloc(0)
      let isPreface = true
      socket.write(Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]))
      socket.on('error', () => {}).on('data', (chunk: Buffer) => {
        rest = Buffer.concat([rest, chunk])
        if (isPreface && rest.length < 24) return
        if (isPreface) rest = rest.subarray(24)
        isPreface = false
        while (rest.length >= 9 && rest.length >= 9 + rest.readUIntBE(0, 3)) {
          frames.push({ type: rest[3]!, flags: rest[4]! })
          if (rest[3] === ofData) raw.emit('begun')
          if (rest[3] === ofReset) reset()
          rest = rest.subarray(9 + rest.readUIntBE(0, 3))
        }
      })
    })
    const sockets = trackSockets(raw)
    const port = await listen(raw)
    t.teardown(() => { raw.close(); for (const socket of sockets) socket.destroy() })
    const running = startCall(startHttp2Client(t).dispatcher, { origin: `https://127.0.0.1:${port}`, path: '/', method: 'POST', body })
    const begun = once(raw, 'begun')
    body.write('half')
    await begun
    breakOff(running, body)
    t.ok((await running.ended).error)
    await isReset
    t.notOk(frames.some(({ type, flags }) => type === ofData && (flags & endStream) !== 0))
  }
})

t.test('http2: after GOAWAY running requests end well, and new ones go elsewhere', async (t) => {
  const held: ServerHttp2Stream[] = []
  const origin = await startHttp2(t, (stream, headers) => {
    stream.respond()
    if (headers[':path'] === '/long') { held.push(stream); stream.write('begun ') } else stream.end('new')
  })
  const client = startHttp2Client(t)
  const long = startCall(client.dispatcher, { origin: origin.url, path: '/long' })
  await long.answered
  const [session] = origin.sessions
  session!.close()
  while (origin.accepted < 2) t.equal((await call(client.dispatcher, origin.url, '/')).body, 'new')
  held[0]!.end('and ended')
  t.match(await long.ended, { body: 'begun and ended', error: null })
  origin.sessions[1]!.goaway(http2.constants.NGHTTP2_ENHANCE_YOUR_CALM)
  while (origin.accepted < 3) t.equal((await call(client.dispatcher, origin.url, '/')).body, 'new', 'also after one with an error')
})

t.test('http2: what the server did not look at is sent again, what it broke off is not', async (t) => {
  let refusals = 1
  let requests = 0
  const origin = await startHttp2(t, (stream, headers) => {
    requests++
    if (headers[':path'] === '/refuse' && refusals-- > 0) stream.close(http2.constants.NGHTTP2_REFUSED_STREAM)
    else if (headers[':path'] === '/reset') stream.close(http2.constants.NGHTTP2_INTERNAL_ERROR)
    else if (headers[':path'] === '/cut') { stream.respond({ 'content-length': 10 }); stream.write('half', () => { stream.close(http2.constants.NGHTTP2_INTERNAL_ERROR) }) } else { stream.respond(); stream.end('done') }
  })
  const client = startHttp2Client(t)
  t.match(await call(client.dispatcher, origin.url, '/refuse', { method: 'POST', body: 'order' }), { body: 'done', error: null })
  t.equal(requests, 2)
  refusals = 2
  t.match((await call(client.dispatcher, origin.url, '/refuse')).error, { reason: 'FG_ERR_HTTP_CLIENT_HANGUP' })
  requests = 0
  t.match((await call(client.dispatcher, origin.url, '/reset')).error, { reason: 'FG_ERR_HTTP_CLIENT_HANGUP', message: /INTERNAL_ERROR/ })
  t.match((await call(client.dispatcher, origin.url, '/cut')).error, { reason: 'FG_ERR_HTTP_CLIENT_BODY_CUT' })
  t.equal(requests, 2)
  // A connection that is lost under a GET is replaced once, as a kept one of HTTP/1.1 is.
  const lost = call(client.dispatcher, origin.url, '/')
  origin.cut()
  t.equal((await lost).body, 'done')
  t.match((await call(client.dispatcher, origin.url, '/', { method: 'CONNECT' })).error, { reason: 'FG_ERR_HTTP_CLIENT_REQUEST' })
  t.match((await call(client.dispatcher, origin.url, '/', { headers: { 'x-a': 'a\nb' } })).error, { reason: 'FG_ERR_HTTP_CLIENT_REQUEST' })
})

t.test('http2: trailers and early hints pass, a reader that is slow holds up nobody', async (t) => {
  const origin = await startHttp2(t, (stream, headers) => {
    if (headers[':path'] === '/large') { stream.respond(); stream.end(Buffer.alloc(4_000_000)); return }
    stream.additionalHeaders({ ':status': 103, link: '</a>' })
    stream.respond({ ':status': 200 }, { waitForTrailers: true })
    stream.on('wantTrailers', () => { stream.sendTrailers({ 'x-sum': '1' }) })
    stream.end('body')
  })
  const client = startHttp2Client(t)
  const paused = new Promise<() => void>((resolve, reject) => {
    client.dispatcher.dispatch({ origin: origin.url, path: '/large', method: 'GET' }, { onConnect () {}, onHeaders (_status: number, _raw: Buffer[], resume: () => void) { resolve(resume); return false }, onData: () => true, onComplete () { t.pass('goes on when it is resumed'); origin.server.emit('complete') }, onError: reject } as never)
  })
  const resume = await paused
  const statuses: number[] = []
  const trailers = await new Promise((resolve, reject) => {
    client.dispatcher.dispatch({ origin: origin.url, path: '/', method: 'GET' }, { onConnect () {}, onHeaders (status: number) { statuses.push(status); return true }, onData: () => true, onComplete: resolve, onError: reject } as never)
  })
  t.strictSame(statuses, [103, 200])
  t.strictSame((trailers as Buffer[]).map(String), ['x-sum', '1'])
  const complete = once(origin.server, 'complete')
  resume()
  await complete
})

t.test('http2: redirects, their rules, and a client that closes', async (t) => {
  const origin = await startHttp2(t, (stream, headers) => {
    if (headers[':path'] === '/hang') return
    if (headers[':path'] === '/final') { stream.respond(); stream.end('final'); return }
    stream.respond({ ':status': 302, location: '/final' })
    stream.end('go')
  })
  const client = startHttp2Client(t)
  t.equal((await call(client.dispatcher, origin.url, '/')).body, 'final')
  t.equal((await call(client.intercept((dispatch) => (options, handler) => dispatch(options, handler)), origin.url, '/')).body, 'final')
  t.equal(origin.accepted, 1)
  const before = client.stats().pools[0]!.open
  t.equal(before, 1)
  const hanging = startCall(client.dispatcher, { origin: origin.url, path: '/hang' })
  client.renew()
  t.equal((await call(client.dispatcher, origin.url, '/')).body, 'final', 'a renewed client has a connection of its own')
  t.equal(origin.accepted, 2)
  hanging.abort(new Error('over'))
  t.match(await hanging.ended, { error: { message: 'over' } })
})

t.test('http2: a request whose upload the server resets without an error, and without an answer, ends', { timeout: 20_000 }, async (t) => {
  const origin = await startHttp2(t, (stream, headers) => {
    if (headers[':path'] === '/reset') stream.close(http2.constants.NGHTTP2_NO_ERROR)
    else echo(stream, headers)
  })
  const client = startHttp2Client(t)
  for (const body of [() => Buffer.alloc(1 << 20), () => Readable.from([Buffer.alloc(1 << 20), Buffer.alloc(1 << 20)])]) {
    t.ok((await call(client.dispatcher, origin.url, '/reset', { method: 'POST', body: body() })).error)
  }
  t.equal((await call(client.dispatcher, origin.url, '/quick')).status, 200)
})

t.test('http2: a connection that is too old takes no more requests, and closes when those that run have ended', async (t) => {
  const held: ServerHttp2Stream[] = []
  const origin = await startHttp2(t, (stream, headers) => { if (headers[':path'] === '/long') held.push(stream); else stream.end('brief') })
  const client = startHttp2Client(t, { own: { maxConnectionAge: 1, maxConnections: 1 } })
  const long = call(client.dispatcher, origin.url, '/long')
  await until(() => held.length === 1 && client.stats().pools[0]!.aged === 1)
  t.match(await call(client.dispatcher, origin.url, '/'), { body: 'brief', error: null })
  t.equal(origin.accepted, 2, 'the old one does not count as one of max_connections')
  held[0]!.end('long')
  t.match(await long, { body: 'long', error: null })
  await until(() => client.stats().pools[0]!.open === 0)
  t.match(client.stats().pools, [{ opened: 2, aged: 2, idle: 0 }])
})
