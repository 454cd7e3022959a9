import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import http2 from 'node:http2'
import t, { type Test } from 'tap'
import { createAuthority, listen, startOrigin, writeFiles } from '@floodgate/testing'
import { call, startCall, startClient } from '../support/clients.ts'

interface Message {
  request: { origin: string, path: string, method: string, addHeader: (name: string, value: string) => unknown, completed: boolean, aborted: boolean }
  response?: { statusCode: number, headers: Buffer[], statusText: string }
  error?: Error
  socket?: { remotePort: number }
  headers?: string
}

const names = ['request:create', 'client:sendHeaders', 'request:bodySent', 'request:headers', 'request:trailers', 'request:error'] as const

/** Notes what is published of requests to an origin, and gives each a header of its own, as OpenTelemetry's instrumentation does. */
function observe (t: Test, origin: string): { log: string[], messages: Message[] } {
  const log: string[] = []
  const messages: Message[] = []
  let number = 0
  for (const name of names) {
    const listen = (message: unknown): void => {
      const given = message as Message
      // Others may be tested in this process.
      if (given.request.origin !== origin) return
      if (name === 'request:create') given.request.addHeader('traceparent', `trace-${++number}`)
      log.push(`${name.split(':')[1]} ${given.request.method} ${given.request.path}${given.response === undefined ? '' : ` ${given.response.statusCode}`}${given.error === undefined ? '' : ` ${(given.error as { code?: string }).code}`}`)
      messages.push(given)
    }
    subscribe(`undici:${name}`, listen)
    t.teardown(() => { unsubscribe(`undici:${name}`, listen) })
  }
  return { log, messages }
}

t.test('diagnostics: requests are published as undici\'s are, redirects and repeated ones each by themselves', async (t) => {
  const seen: unknown[] = []
  const requests = new Map<string, number>()
  const origin = await startOrigin(t, (req, res) => {
    seen.push([req.url, req.headers['traceparent'], req.headers['x-own']])
    const nth = (requests.get(req.url!) ?? 0) + 1
    requests.set(req.url!, nth)
    res.setHeader('x-answer', '1')
    if (req.url === '/moved') res.writeHead(302, { location: '/final' })
    if (req.url === '/lost' && nth === 1) { req.socket.destroy(); return }
    if (req.url === '/silent') return
    res.end('final')
  })
  const { dispatcher } = startClient(t)
  const { log, messages } = observe(t, origin.url)
  await call(dispatcher, origin.url, '/moved', { headers: ['X-Own', 'x'] })
  t.strictSame(seen.splice(0), [['/moved', 'trace-1', 'x'], ['/final', 'trace-2', 'x']])
  const whole = (path: string, status = 200): string[] => [`create GET ${path}`, `sendHeaders GET ${path}`, `bodySent GET ${path}`, `headers GET ${path} ${status}`, `trailers GET ${path}`]
  t.strictSame(log.splice(0), [...whole('/moved', 302), ...whole('/final')])
  t.equal(messages[1]!.socket!.remotePort, origin.port)
  t.match(messages[1]!.headers, /^GET \/moved HTTP\/1.1\r\n.*x-own: x\r\n/is)
  t.ok(messages[3]!.response!.headers.map(String).includes('x-answer'))
  t.strictSame([messages[4]!.request.completed, messages[4]!.request.aborted], [true, false])

  await call(dispatcher, origin.url, '/lost')
  t.strictSame(log.splice(0), ['create GET /lost', 'sendHeaders GET /lost', 'bodySent GET /lost', 'error GET /lost UND_ERR_SOCKET', ...whole('/lost')])
  t.strictSame(seen.splice(0).map((one) => (one as unknown[])[1]), ['trace-3', 'trace-4'], 'one header each')

  const aborted = startCall(dispatcher, { origin: origin.url, path: '/silent' })
  aborted.abort()
  await aborted.ended
  t.strictSame(log.splice(0).filter((line) => !/sendHeaders|bodySent/.test(line)), ['create GET /silent', 'error GET /silent UND_ERR_ABORTED'])
  t.match(await call(dispatcher, origin.url, '/silent', { timeout: 20 }), { error: { reason: 'FG_ERR_HTTP_CLIENT_DEADLINE' } })
  t.match(log.splice(0), ['create GET /silent', 'sendHeaders GET /silent', 'bodySent GET /silent', 'error GET /silent UND_ERR_ABORTED'])
})

t.test('diagnostics: what could not be dialled, what goes through interceptors, and HTTP/2', async (t) => {
  const refusing = observe(t, 'http://127.0.0.1:1')
  await call(startClient(t).dispatcher, 'http://127.0.0.1:1', '/')
  t.strictSame(refusing.log, ['create GET /', 'error GET / ECONNREFUSED'])

  const origin = await startOrigin(t, (_, res) => { res.end('final') })
  const through = observe(t, origin.url)
  await call(startClient(t).intercept((dispatch) => (options, handler) => dispatch(options, handler)), origin.url, '/x')
  t.strictSame(through.log, ['create GET /x', 'sendHeaders GET /x', 'bodySent GET /x', 'headers GET /x 200', 'trailers GET /x'], 'once')

  const ca = createAuthority('ca')
  const files = writeFiles(t, { ca: ca.cert })
  const traced: unknown[] = []
  const server = http2.createSecureServer(ca.issue({ cn: 'server' }), (req, res) => { traced.push(req.headers['traceparent']); res.end('final') })
  t.teardown(() => { server.close() })
  const url = `https://127.0.0.1:${await listen(server)}`
  const over2 = observe(t, url)
  await call(startClient(t, { tls: { caCerts: [files.ca] }, own: { http2: true } }).dispatcher, url, '/y')
  t.strictSame(over2.log, ['create GET /y', 'sendHeaders GET /y', 'bodySent GET /y', 'headers GET /y 200', 'trailers GET /y'])
  t.strictSame(traced, ['trace-1'])
})
