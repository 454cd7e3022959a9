import { createHash } from 'node:crypto'
import { once } from 'node:events'
import http from 'node:http'
import net from 'node:net'
import { Readable } from 'node:stream'
import t, { type Test } from 'tap'
import { followRedirect, startRedirects } from '../../src/call/redirect.ts'
import { listen, startOrigin, type Origin } from '@floodgate/testing'
import { call, makeSettings, startCall, startClient, startClients } from '../support/clients.ts'

interface Seen { method: string, url: string, headers: http.IncomingHttpHeaders, body: string }

/** An origin that redirects `/STATUS/…` to the text behind it, and shows what came to anywhere else. */
async function startRedirector (t: Test): Promise<Origin & { seen: Seen[] }> {
  const seen: Seen[] = []
  const origin = await startOrigin(t, async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const { method = '', url = '', headers } = request
    seen.push({ method, url, headers, body: Buffer.concat(chunks).toString() })
    const redirect = /^\/(3\d\d)\/([^?]*)/.exec(url)
    if (!redirect) { response.end('final'); return }
    const location = decodeURIComponent(redirect[2]!)
    response.writeHead(Number(redirect[1]), location === '' ? {} : { location })
    response.end('go on')
  })
  return Object.assign(origin, { seen })
}

t.test('dispatch: follows what Go follows', async (t) => {
  const origin = await startRedirector(t)
  const { dispatcher } = startClient(t)
  const table: [method: string, path: string, body: string | null, status: number, requests: string][] = [
    ['GET', '/301/%2Ffinal', null, 200, 'GET /301 GET /final'],
    ['GET', '/302/%2Ffinal', null, 200, 'GET /302 GET /final'],
    ['GET', '/303/%2Ffinal', null, 200, 'GET /303 GET /final'],
    ['GET', '/307/%2Ffinal', null, 200, 'GET /307 GET /final'],
    ['GET', '/308/%2Ffinal', null, 200, 'GET /308 GET /final'],
    ['GET', '/300/%2Ffinal', null, 300, 'GET /300'],
    ['GET', '/304/%2Ffinal', null, 304, 'GET /304'],
    ['GET', '/305/%2Ffinal', null, 305, 'GET /305'],
    ['GET', '/302/', null, 302, 'GET /302'],
    ['POST', '/301/%2Ffinal', 'body', 200, 'POST /301 body GET /final'],
    ['PUT', '/302/%2Ffinal', 'body', 200, 'PUT /302 body GET /final'],
    ['DELETE', '/303/%2Ffinal', null, 200, 'DELETE /303 GET /final'],
    ['HEAD', '/302/%2Ffinal', null, 200, 'HEAD /302 HEAD /final'],
    ['DELETE', '/307/%2Ffinal', null, 200, 'DELETE /307 DELETE /final'],
    ['POST', '/308/%2Ffinal', null, 200, 'POST /308 POST /final'],
    ['POST', '/308/%2Ffinal', '', 200, 'POST /308 POST /final'],
    ['POST', '/307/%2Ffinal', 'body', 307, 'POST /307 body'],
    ['PATCH', '/308/%2Ffinal', 'body', 308, 'PATCH /308 body'],
    // A body once left behind is not asked for again, but its 307 is still the answer.
    ['POST', '/302/%2F307%2F%252Ffinal', 'body', 307, 'POST /302 body GET /307'],
    ['POST', '/302/%2F307%2F%252Ffinal', null, 200, 'POST /302 GET /307 GET /final']
  ]
  for (const [method, path, body, status, requests] of table) {
    origin.seen.length = 0
    const outcome = await call(dispatcher, origin.url, path, { method, body })
    t.equal(outcome.error, null)
    t.equal(outcome.status, status, `${method} ${path}`)
    t.equal(origin.seen.map((one) => `${one.method} ${one.url.slice(0, 4) === '/fin' ? one.url : one.url.slice(0, 4)}${one.body && ` ${one.body}`}`).join(' '), requests)
    if (status >= 300 && status !== 304) t.equal(outcome.body, 'go on', 'the body of what is not followed is there')
  }
})

t.test('dispatch: follows nothing where the settings say so', async (t) => {
  const origin = await startRedirector(t)
  const { dispatcher } = startClient(t, { followRedirects: false, sendBodyOnRedirect: true })
  for (const status of [301, 302, 303, 307, 308]) {
    const outcome = await call(dispatcher, origin.url, `/${status}/nowhere`, { method: 'POST', body: 'body' })
    t.match(outcome, { status, body: 'go on', headers: { location: 'nowhere' } }, String(status))
  }
  t.equal(origin.seen.length, 5)
})

t.test('dispatch: sends the body again where the settings say so', async (t) => {
  const origin = await startRedirector(t)
  const other = await startRedirector(t)
  const { dispatcher } = startClient(t, { sendBodyOnRedirect: true })
  const headers = { 'content-type': 'text/plain', 'content-language': 'en', 'x-own': '1' }
  const bodies: Record<string, () => unknown> = {
    text: () => 'body',
    bytes: () => Buffer.from('body'),
    stream: () => Readable.from([Buffer.from('bo'), Buffer.from('dy')]),
    iterable: () => (async function * () { yield Buffer.from('bo'); yield Buffer.from('dy') })()
  }
  for (const [kind, make] of Object.entries(bodies)) {
    origin.seen.length = other.seen.length = 0
    const outcome = await call(dispatcher, origin.url, `/307/${encodeURIComponent(`/308/${encodeURIComponent(`${other.url}/final`)}`)}`, { method: 'POST', body: make() as string, headers })
    t.match(outcome, { status: 200, body: 'final', error: null }, kind)
    for (const { method, headers, body } of [...origin.seen, ...other.seen]) {
      t.match({ method, headers, body }, { method: 'POST', body: 'body', headers: { 'content-length': '4', 'content-type': 'text/plain', 'content-language': 'en', 'x-own': '1' } }, `${kind}: every hop gets it`)
    }
    t.equal(origin.seen.length + other.seen.length, 3)
  }

  origin.seen.length = 0
  await call(dispatcher, origin.url, '/302/%2F307%2F%252Ffinal', { method: 'POST', body: Readable.from(['body']), headers })
  t.match(origin.seen.map(({ method, body }) => `${method} ${body}`), ['POST body', 'GET ', 'GET '], 'a 302 ends it, as in Go')
  t.notMatch(origin.seen[2], { headers: { 'content-type': /./ } })
  t.notMatch(origin.seen[2], { headers: { 'content-length': /./ } })
})

t.test('dispatch: a body of more than 8 MiB streams, and a 307 or 308 is its answer', async (t) => {
  const asked: string[] = []
  const origin = await startOrigin(t, async (request, response) => {
    const { url = '', headers } = request
    const isFirst = url !== '/final'
    if (isFirst && url !== '/whole') { response.writeHead(url === '/308' ? 308 : 307, { location: '/final' }).flushHeaders() }
    const hash = createHash('sha256')
    let bytes = 0
    request.on('data', (chunk: Buffer) => { hash.update(chunk); bytes += chunk.length })
    await once(request, 'end').catch(() => {})
    asked.push(`${url} ${headers['content-length'] ?? headers['transfer-encoding']} ${bytes} ${hash.digest('hex')}`)
    response.end('done')
  })
  const { dispatcher } = startClient(t, { sendBodyOnRedirect: true })
  const bound = 8 * 1024 * 1024
  const part = Buffer.from(Array.from({ length: 65_521 }, (_, i) => i % 251))
  const make = (bytes: number): Buffer[] => {
    const whole = Buffer.concat(Array.from({ length: Math.ceil(bytes / part.length) }, () => part)).subarray(0, bytes)
    return Array.from({ length: Math.ceil(bytes / part.length) }, (_, i) => whole.subarray(i * part.length, (i + 1) * part.length))
  }
  const digest = (bytes: number): string => createHash('sha256').update(Buffer.concat(make(bytes))).digest('hex')
  const forms: Record<string, (bytes: number) => Readable | AsyncIterable<Uint8Array>> = {
    stream: (bytes) => Readable.from(make(bytes)),
    iterable: (bytes) => (async function * () { yield * make(bytes) })(),
    older: (bytes) => Object.assign(Readable.from(make(bytes), { objectMode: false }), { unshift: undefined }) as unknown as Readable
  }
  const post = async (path: string, body: unknown, headers: Record<string, string> = {}): Promise<string[]> => {
    asked.length = 0
    const outcome = await call(dispatcher, origin.url, path, { method: 'POST', body: body as Readable, headers })
    t.equal(outcome.error, null, path)
    return [`${outcome.status} ${outcome.body}`, ...asked]
  }
  for (const [form, make] of Object.entries(forms)) {
    const held = digest(bound)
    t.strictSame(await post('/307', make(bound)), ['200 done', `/307 ${bound} ${bound} ${held}`, `/final ${bound} ${bound} ${held}`], `${form}: sent again up to the bound`)
    for (const more of [1, 5_000_000]) {
      const whole = `chunked ${bound + more} ${digest(bound + more)}`
      t.strictSame(await post('/308', make(bound + more)), ['308 done', `/308 ${whole}`], `${form}: ${more} beyond it`)
      t.strictSame(await post('/whole', make(bound + more)), ['200 done', `/whole ${whole}`])
    }
  }
  const length = String(bound + 1)
  t.strictSame(await post('/307', forms['stream']!(bound + 1), { 'Content-Length': length }), ['307 done', `/307 ${length} ${length} ${digest(bound + 1)}`], 'with its length stated')
  t.match((await call(dispatcher, origin.url, '/307', { method: 'POST', body: failing(bound + 70_000, part) })).error, { reason: 'FG_ERR_HTTP_CLIENT_UPLOAD' }, 'one that fails behind it')
})

/** Gives so many bytes, then fails. */
function failing (bytes: number, part: Buffer): Readable {
  let given = 0
  return new Readable({
    read () {
      if (given >= bytes) this.destroy(new Error('disk'))
      else { given += part.length; this.push(part) }
    }
  })
}

t.test('dispatch: without it a body that was dropped takes its headers along', async (t) => {
  const origin = await startRedirector(t)
  const { dispatcher } = startClient(t)
  await call(dispatcher, origin.url, '/303/%2Ffinal', { method: 'PUT', body: 'body', headers: ['Content-Type', 'a/b', 'Content-Length', '4', 'content-encoding', 'x', 'content-location', '/x', 'X-Own', '1'] })
  const headers = origin.seen[1]!.headers
  t.equal(headers['x-own'], '1')
  for (const name of ['content-type', 'content-length', 'content-encoding', 'content-location']) t.notOk(name in headers, name)
})

t.test('followRedirect: which headers follow', async (t) => {
  const credentials = { authorization: 'a', cookie: 'c', cookie2: 'c2', 'www-authenticate': 'w', 'proxy-authenticate': 'p', 'x-api-key': 'k' }
  const table: [from: string, locations: string[], kept: boolean][] = [
    ['http://foo.com', ['/x'], true],
    ['http://foo.com', ['http://foo.com:8080/x'], true],
    ['http://foo.com:81', ['https://foo.com/x'], true],
    ['https://foo.com', ['http://foo.com/x'], true],
    ['http://foo.com', ['http://a.foo.com/x'], true],
    ['http://a.foo.com', ['http://foo.com/x'], false],
    ['http://foo.com', ['http://xfoo.com/x'], false],
    ['http://foo.com', ['http://bar.com/x'], false],
    ['http://foo.com', ['http://bar.com/x', 'http://foo.com/x'], false],
    ['http://foo.com', ['http://a.foo.com/x', 'http://foo.com/x'], true],
    ['http://127.0.0.1', ['http://localhost/x'], false],
    ['http://127.0.0.1', ['http://127.0.0.1:82/x'], true],
    ['http://[::1]', ['http://[::1]:82/x'], true],
    ['http://bücher.de'.replace('ü', 'Ã¼'), ['http://xn--bcher-kva.de/x'], true]
  ]
  for (const [from, locations, kept] of table) {
    const redirects = startRedirects(from, '/first', 'GET', credentials, false)
    let headers: string[] = []
    for (const location of locations) headers = followRedirect(redirects, 302, location).headers
    const names = headers.filter((_, i) => i % 2 === 0)
    const title = `${from} to ${locations.join(' and ')}: credentials ${kept ? 'kept' : 'dropped'}`
    for (const name of ['authorization', 'cookie', 'cookie2', 'www-authenticate', 'proxy-authenticate']) t.equal(names.includes(name), kept, `${title}: ${name}`)
    t.ok(names.includes('x-api-key'), 'others always follow')
  }
})

t.test('followRedirect: user and password, Referer', async (t) => {
  const follow = (from: string, location: string, headers: Record<string, string> = {}): Record<string, string> => {
    const hop = followRedirect(startRedirects(from, '/first?q', 'GET', headers, false), 302, location)
    return Object.fromEntries(hop.headers.flatMap((name, i) => i % 2 === 0 ? [[name, hop.headers[i + 1]!]] : []))
  }
  t.match(follow('http://foo.com', 'http://us%40er:p@bar.com'), { authorization: `Basic ${Buffer.from('us@er:p').toString('base64')}` })
  t.match(follow('http://foo.com', 'http://user@bar.com'), { authorization: `Basic ${Buffer.from('user:').toString('base64')}` })
  t.match(follow('http://foo.com', 'http://u:p@foo.com', { authorization: 'own' }), { authorization: 'own' }, 'those of the caller win where they are kept')
  t.match(follow('http://foo.com', 'http://u:p@bar.com', { authorization: 'own' }), { authorization: /^Basic/ }, 'and lose where they are not')

  t.equal(follow('http://foo.com', '/x')['referer'], 'http://foo.com/first?q')
  t.equal(follow('https://foo.com', 'https://bar.com')['referer'], 'https://foo.com/first?q')
  t.equal(follow('https://foo.com', 'http://foo.com')['referer'], undefined, 'not from https to http')
  t.equal(follow('http://foo.com', '/x', { referer: 'own' })['referer'], 'own')

  const redirects = startRedirects('http://foo.com', '/first', 'GET', {}, false)
  followRedirect(redirects, 302, 'http://u:p@foo.com/second#part')
  const { headers } = followRedirect(redirects, 302, 'third')
  t.equal(headers[headers.indexOf('referer') + 1], 'http://foo.com/second', 'without user, password and fragment')
  t.ok(headers.includes('authorization'), 'a relative Location keeps user and password')
})

t.test('dispatch: redirects that lead nowhere', async (t) => {
  const origin = await startRedirector(t)
  const { dispatcher } = startClient(t)
  const table: [location: string, code: string, stage: string][] = [
    ['http://[::1', 'FG_ERR_HTTP_CLIENT_LOCATION', 'redirect'],
    ['ftp://127.0.0.1/file', 'FG_ERR_HTTP_CLIENT_LOCATION', 'redirect'],
    ['http:///x', 'FG_ERR_HTTP_CLIENT_LOCATION', 'redirect'],
    ['/%zz', 'FG_ERR_HTTP_CLIENT_LOCATION', 'redirect'],
    ['http://127.0.0.1:1/x', 'FG_ERR_HTTP_CLIENT_DIAL', 'dial']
  ]
  for (const [location, code, stage] of table) {
    const { error, status } = await call(dispatcher, origin.url, `/302/${encodeURIComponent(location)}`)
    t.match({ error, status }, { error: { reason: code, stage }, status: 0 }, location)
  }
})

t.test('dispatch: ten requests at most, over one connection', async (t) => {
  let requests = 0
  const origin = await startOrigin(t, (request, response) => {
    requests++
    const left = Number(request.url!.slice(1))
    if (left === 0) response.end('final')
    else response.writeHead(302, { location: `/${left - 1}` }).end('x'.repeat(1000))
  })
  const client = startClient(t)
  t.match(await call(client.dispatcher, origin.url, '/9'), { status: 200, body: 'final' })
  t.equal(requests, 10)
  requests = 0
  t.match(await call(client.dispatcher, origin.url, '/10'), { status: 0, error: { reason: 'FG_ERR_HTTP_CLIENT_TOO_MANY_REDIRECTS' } })
  t.equal(requests, 10)
  t.equal(origin.accepted, 1)
  t.match(client.stats().origins[0], { requests: 20, redirects: 18, failures: { FG_ERR_HTTP_CLIENT_TOO_MANY_REDIRECTS: 1 } })
})

t.test('dispatch: the body of a redirect does not get in the way', async (t) => {
  const origin = await startOrigin(t, (request, response) => {
    switch (request.url) {
      case '/short': response.writeHead(302, { location: '/final' }).end('x'.repeat(100_000)); break
      case '/long': response.writeHead(302, { location: '/final' }).end('x'.repeat(2_000_000)); break
      case '/endless': response.writeHead(302, { location: '/final' }); setInterval(() => response.write('x'.repeat(50_000)), 1).unref(); break
      case '/cut': response.writeHead(302, { location: '/final', 'content-length': 100 }); response.write('x'); setImmediate(() => request.socket.destroy()); break
      case '/close': response.writeHead(302, { location: '/final', connection: 'close' }).end('x'); break
      default: response.end('final')
    }
  })
  const { dispatcher } = startClient(t)
  for (const path of ['/short', '/short', '/long', '/endless', '/cut', '/close']) {
    t.match(await call(dispatcher, origin.url, path), { status: 200, body: 'final', error: null }, path)
  }
  for (let i = 0; i < 100; i++) await call(dispatcher, origin.url, '/short')
  t.equal(origin.accepted, 5, 'only those that had to be closed cost a connection')
})

t.test('dispatch: where a redirect leads', async (t) => {
  const origin = await startRedirector(t)
  const other = await startRedirector(t)
  const { dispatcher } = startClient(t)
  const follow = async (location: string): Promise<string> => {
    origin.seen.length = other.seen.length = 0
    const { error } = await call(dispatcher, origin.url, `/302/${encodeURIComponent(location)}?q=1`)
    if (error) return error.reason
    const last = other.seen[0] ?? origin.seen[1]!
    return `${last.headers.host} ${last.url}`
  }
  const here = new URL(origin.url).host
  const there = new URL(other.url).host
  t.equal(await follow('/final?x=1#part'), `${here} /final?x=1`)
  t.equal(await follow('../final'), `${here} /final`)
  t.equal(await follow('//' + there + '/final'), `${there} /final`)
  t.equal(await follow(`${other.url}/final?a=b c`), `${there} /final?a=b%20c`)
  t.equal(await follow(other.url), `${there} /`)
  t.equal(await follow(`http://localhost:${origin.port}/final`), `localhost:${origin.port} /final`)
  t.equal(await follow('/a b/%2F'), `${here} /a%20b//`, 'as Go: with a blank beside it an escape is lost')
  t.equal(await follow('/a/%2F/%41'), `${here} /a/%2F/%41`)
})

t.test('dispatch: a Location of bytes beyond ASCII', async (t) => {
  const lines: string[] = []
  const server = net.createServer((socket) => {
    socket.setEncoding('latin1').on('error', () => {}).on('data', (text: string) => {
      lines.push(text.split('\r\n')[0]!)
      socket.end(`HTTP/1.1 ${lines.length === 1 ? '302 Found\r\nLocation: /über?ü' : '200 OK'}\r\nContent-Length: 0\r\n\r\n`)
    })
  })
  t.teardown(() => { server.close() })
  const { dispatcher } = startClient(t)
  t.match(await call(dispatcher, `http://127.0.0.1:${await listen(server)}`, '/start'), { status: 200 })
  t.equal(lines[1], `GET /%C3%BCber?${Buffer.from('ü').toString('latin1')} HTTP/1.1`, 'escaped in the path, left alone in the query')
})

t.test('dispatch: one abort and one handler for all hops', async (t) => {
  const clients = startClients(t)
  const { dispatcher } = clients.acquire(makeSettings())
  let asked: () => void = () => {}
  const slow = new Promise<void>((resolve) => { asked = resolve })
  const origin = await startOrigin(t, (request, response) => {
    if (request.url === '/start') response.writeHead(302, { location: '/slow' }).end()
    else asked()
  })
  const running = startCall(dispatcher, { origin: origin.url, path: '/start' })
  await slow
  const reason = new Error('enough')
  running.abort(reason)
  const { error } = await running.ended
  t.equal(error, reason)
  t.match(running.calls, { onConnect: 1, onError: 1 })
  t.notOk('onHeaders' in running.calls)
})
