import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import http from 'node:http'
import http2 from 'node:http2'
import net, { type AddressInfo } from 'node:net'
import { PassThrough, Readable } from 'node:stream'
import { createGzip, gunzipSync, gzipSync } from 'node:zlib'
import t from 'tap'
import { listen, readAll, startOrigin, startRunClock } from '@floodgate/testing'
import { call, open } from '@floodgate/testing'
import type { Subject } from './subject.ts'

const sha = (data: Buffer): string => createHash('sha256').update(data).digest('hex')

async function * inChunks (data: Buffer, size: number): AsyncIterable<Buffer> {
  for (let at = 0; at < data.length; at += size) yield data.subarray(at, at + size)
}

/** Tests that requests and answers pass as they are, in any size and at any time. */
export function testPassing ({ name, byReplyFrom, startGateway }: Subject): void {
  t.test(`${name}: bodies of all sizes pass byte by byte, both ways`, async (t) => {
    const origin = await startOrigin(t, (req, res) => { res.writeHead(200, { 'content-type': 'application/octet-stream' }); req.pipe(res) })
    const { url } = await startGateway(t, { origin: origin.url, routes: [{ method: 'POST' }] })
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
    t.teardown(() => { agent.destroy() })
    for (const size of [0, 1, 100, 1000, 16383, 16384, 65535, 65537, 200_001, 3_000_001]) {
      const body = randomBytes(size)
      for (const send of [body, inChunks(body, 30_011)]) {
        const answer = await call(url + '/echo', { method: 'POST', body: send, agent, headers: Buffer.isBuffer(send) ? { 'content-length': size } : {} })
        t.equal(answer.status, 200)
        t.equal(sha(answer.body), sha(body), `${size} bytes, ${Buffer.isBuffer(send) ? 'with a length' : 'in chunks'}`)
        t.equal(answer.headers['x-krakend-completed'], 'false')
      }
    }
  })

  t.test(`${name}: a length is passed on with a body that came with it, else the body goes in chunks`, async (t) => {
    const seen: http.IncomingHttpHeaders[] = []
    const origin = await startOrigin(t, async (req, res) => { seen.push(req.headers); await readAll(req); res.end() })
    const { url } = await startGateway(t, { origin: origin.url, routes: [{ method: 'POST' }, { method: 'GET' }] })
    const large = Buffer.alloc(300_000, 'x')
    await call(url, { method: 'POST', body: large, headers: { 'content-length': large.length } })
    await call(url, { method: 'POST', body: inChunks(large, 50_000) })
    await call(url, { method: 'POST', body: 'small' })
    await call(url, { method: 'POST' })
    await call(url, { method: 'GET', body: 'a body', headers: { 'content-length': 6 } })
    await call(url, { method: 'GET' })
    t.match(seen.map((headers) => [headers['content-length'], headers['transfer-encoding']]), [
      ['300000', undefined], [undefined, 'chunked'], ['5', undefined], ['0', undefined], ['6', undefined], [undefined, undefined]
    ])
  })

  t.test(`${name}: the client's length is sent on, whenever the body comes`, async (t) => {
    const seen: unknown[] = []
    const origin = await startOrigin(t, async (req, res) => { seen.push([req.headers['content-length'], req.headers['transfer-encoding'], (await readAll(req)).length]); res.end() })
    const { app } = await startGateway(t, { origin: origin.url, routes: [{ method: 'POST' }] })
    const { port } = app.server.address() as AddressInfo
    const body = 'x'.repeat(20_000)
    const cuts = [[0], [1], [4096], [16_000, 16_001], [19_999], [20_000]]
    for (const isSlow of [false, true]) {
      for (const cut of cuts) {
        const client = net.connect(port, '127.0.0.1').setNoDelay(true)
        client.write(`POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, cut[0])}`)
        for (const [i, from] of cut.entries()) {
          // The request is on its way to the backend before more of it comes, or not.
          if (isSlow) for (let turns = 0; turns < 20; turns++) await new Promise(setImmediate)
          client.write(body.slice(from, cut[i + 1]))
        }
        t.match(String(await readAll(client)), /^HTTP\/1.1 200/)
      }
    }
    t.same(seen, cuts.concat(cuts).map(() => ['20000', undefined, 20_000]))
  })

  t.test(`${name}: a GET's body reaches the backend, and the connection is used again`, async (t) => {
    const origin = await startOrigin(t, async (req, res) => { res.end(await readAll(req)) })
    const { url } = await startGateway(t, { origin: origin.url, routes: [{ method: 'GET' }] })
    for (let i = 0; i < 3; i++) t.equal((await call(url, { body: 'asked ' + i, headers: { 'content-length': 7 } })).body.toString(), 'asked ' + i)
    t.equal(origin.accepted, 1)
  })

  t.test(`${name}: status and headers pass, those of the connection do not`, async (t) => {
    let seen: string[] = []
    const origin = await startOrigin(t, (req, res) => {
      seen = req.rawHeaders
      res.writeHead(418, [
        'Content-Type', 'text/x-odd', 'Set-Cookie', 'a=1; Path=/', 'Set-Cookie', 'b=2', 'Link', '<a>', 'Link', '<b>', 'X-Empty', '',
        'Connection', 'close, X-Hop', 'X-Hop', 'secret', 'Keep-Alive', 'timeout=9', 'Proxy-Connection', 'x', 'Upgrade', 'h2c', 'Trailer', 'X-T', 'TE', 'x',
        'X-Krakend-Completed', 'true', 'Proxy-Authenticate', 'Basic', '__proto__', 'x', 'X-Latin', 'caf\xe9'
      ])
      res.end('teapot')
    })
    const { url } = await startGateway(t, { origin: origin.url, routes: [{}] })
    const answer = await call(url + '/x?y=1', {
      headers: { connection: 'close, x-mine', 'x-mine': '1', 'x-kept': 'yes', te: 'trailers', 'proxy-authorization': 'Basic x', 'keep-alive': '1', 'proxy-connection': 'x', upgrade: 'x', 'x-list': ['1', '2'] }
    })
    t.equal(answer.status, 418)
    t.equal(answer.body.toString(), 'teapot')
    t.same(answer.headers['set-cookie'], ['a=1; Path=/', 'b=2'])
    t.match(answer.headers, { 'content-type': 'text/x-odd', link: '<a>, <b>', 'x-empty': '', 'proxy-authenticate': 'Basic', 'x-krakend-completed': 'false', 'x-latin': 'caf\xe9' })
    if (byReplyFrom) t.same(answer.rawHeaders.flatMap((text, i) => text === 'x-krakend-completed' ? [answer.rawHeaders[i + 1]] : []), ['false', 'true'], "the backend's own follows")
    for (const name of ['x-hop', 'keep-alive', 'proxy-connection', 'upgrade', 'trailer', 'te']) t.notHas(answer.headers, name)
    const names = seen.filter((_, i) => i % 2 === 0).map((name) => name.toLowerCase())
    for (const name of ['x-mine', 'te', 'proxy-authorization', 'keep-alive', 'proxy-connection', 'upgrade']) t.notOk(names.includes(name), name)
    t.ok(names.includes('x-kept'))
    t.equal(seen[seen.findIndex((text) => text.toLowerCase() === 'host') + 1], `127.0.0.1:${origin.port}`)
  })

  t.test(`${name}: nothing is invented about a body without a type`, async (t) => {
    const origin = await startOrigin(t, (req, res) => { if (req.url === '/long') { res.write('first '); setImmediate(() => res.end('then')) } else res.end(req.url === '/none' ? undefined : 'plain words') })
    const { url } = await startGateway(t, { origin: origin.url, routes: [{}] })
    for (const [path, body] of [['/', 'plain words'], ['/long', 'first then'], ['/none', '']] as const) {
      const answer = await call(url + path)
      t.equal(answer.body.toString(), body)
      t.notHas(answer.headers, 'content-type')
    }
  })

  t.test(`${name}: 204, 304 and HEAD have no body, 1xx are not answers, and statuses above 599 ${byReplyFrom ? 'are failures' : 'pass'}`, async (t) => {
    const origin = await startOrigin(t, (req, res) => {
      const path = req.url!.slice(1)
      if (path === 'hints') res.writeEarlyHints({ link: '</a.css>; rel=preload' })
      if (path === 'processing') res.writeProcessing()
      const status = Number(path) || 200
      res.writeHead(status, { 'content-type': 'text/plain', etag: '"1"', ...(path === '304' && { 'content-length': 77 }) })
      res.end(req.method === 'HEAD' || status === 204 || status === 304 ? undefined : 'body')
    })
    const { url } = await startGateway(t, { origin: origin.url, routes: [{}, { path: '/head', backendMethod: 'HEAD', target: '/head' }] })
    for (const path of ['204', '304', 'head']) {
      const answer = await call(`${url}/${path}`)
      t.equal(answer.status, Number(path) || 200)
      t.equal(answer.body.length, 0)
      if (byReplyFrom && path !== '204') t.equal(answer.headers['content-type'], path === '304' ? undefined : 'text/plain')
      t.equal(answer.headers.etag, '"1"')
      t.equal(answer.broken, false)
    }
    const unusual = ['600', '799', '999']
    for (const path of ['hints', 'processing', '299', '599', ...byReplyFrom ? [] : unusual]) {
      const answer = await call(`${url}/${path}`)
      t.equal(answer.status, Number(path) || 200, path)
      t.equal(answer.body.toString(), 'body')
    }
    for (const path of byReplyFrom ? unusual : []) {
      const { status, headers, body } = await call(`${url}/${path}`)
      t.match({ status, body: body.toString(), type: headers['content-type'] }, { status: 500, body: '', type: undefined }, path)
    }
  })

  t.test(`${name}: trailers are dropped`, async (t) => {
    const origin = await startOrigin(t, (req, res) => {
      res.writeHead(200, { trailer: 'x-sum', 'content-type': 'text/plain' })
      res.write('part one, ')
      setImmediate(() => { res.addTrailers({ 'x-sum': '1' }); res.end('part two') })
    })
    const { url } = await startGateway(t, { origin: origin.url, routes: [{}] })
    const answer = await call(url, { headers: { te: 'trailers' } })
    t.equal(answer.body.toString(), 'part one, part two')
    t.same(answer.trailers, {})
    t.notHas(answer.headers, 'trailer')
  })

  t.test(`${name}: gzip is asked for and taken off, unless the client speaks for itself`, async (t) => {
    const text = 'compress me '.repeat(5000)
    const origin = await startOrigin(t, (req, res) => {
      const large = req.url !== '/small'
      const zipped = req.url === '/lie' ? Buffer.from('not gzip') : gzipSync(large ? randomBytes(300_000) : text)
      res.writeHead(200, { 'content-type': 'text/plain', 'x-asked': req.headers['accept-encoding'] ?? 'nothing', 'content-encoding': req.url === '/odd' ? 'made-up' : req.url === '/case' ? 'GZIP' : 'gzip', 'content-length': zipped.length })
      res.end(zipped)
    })
    const { url } = await startGateway(t, { origin: origin.url, routes: [{}] })
    for (const path of ['/small', '/large', '/case']) {
      const answer = await call(url + path)
      t.equal(answer.headers['x-asked'], 'gzip')
      t.notHas(answer.headers, 'content-encoding')
      t.equal(answer.body.length, path === '/small' ? text.length : 300_000)
      t.equal(answer.broken, false)
    }
    const own = await call(url + '/small', { headers: { 'accept-encoding': 'br, gzip' } })
    t.equal(own.headers['x-asked'], 'br, gzip')
    t.equal(own.headers['content-encoding'], 'gzip')
    t.equal(gunzipSync(own.body).toString(), text)
    t.equal((await call(url + '/odd')).headers['content-encoding'], 'made-up')
    const lie = await call(url + '/lie')
    t.equal(lie.status, 500)
    t.equal(lie.body.length, 0)
    t.notHas(lie.headers, 'content-encoding')
    t.equal((await call(url + '/small', { headers: { range: 'bytes=0-1' } })).headers['x-asked'], 'nothing')
  })

  t.test(`${name}: "gzip" that is not, in a stream, is a failure too, and one that breaks off breaks the answer`, async (t) => {
    const zipped = gzipSync(randomBytes(500_000))
    const origin = await startOrigin(t, (req, res) => {
      res.writeHead(200, { 'content-type': 'text/plain', 'content-encoding': 'gzip' })
      if (req.url === '/empty') { res.end(); return }
      res.write(req.url === '/lie' ? 'x'.repeat(100_000) : zipped.subarray(0, 400_000))
      setImmediate(() => res.end(req.url === '/lie' ? 'y' : undefined))
    })
    const { url } = await startGateway(t, { origin: origin.url, routes: [{}] })
    t.equal((await call(url + '/lie')).status, 500)
    const cut = await call(url + '/cut')
    t.equal(cut.status, 200)
    t.equal(cut.broken, true)
    t.equal((await call(url + '/empty')).body.length, 0)
  })

  t.test(`${name}: an event stream arrives event by event, its headers before the first`, async (t) => {
    let client!: http.ServerResponse
    const asked = new Promise<void>((resolve) => { t.context.resolve = resolve })
    const origin = await startOrigin(t, (_req, res) => { client = res; res.writeHead(200, { 'content-type': 'text/event-stream' }); res.flushHeaders(); t.context.resolve() })
    const { url } = await startGateway(t, { origin: origin.url, routes: [{}] })
    const request = http.get(url, { agent: false })
    await asked
    const [response] = await once(request, 'response') as [http.IncomingMessage]
    for (let i = 0; i < 5; i++) {
      const ran = startRunClock(t)
      client.write(`data: ${i}\n\n`)
      const [chunk] = await once(response, 'data')
      t.equal(String(chunk), `data: ${i}\n\n`)
      t.ok(ran() < 100, 'within 100 ms')
    }
    client.end()
    await once(response, 'end')
  })

  t.test(`${name}: a client that goes away ends the call at once, whatever it was doing`, async (t) => {
    const closed: Promise<unknown>[] = []
    let asked!: () => void
    const origin = await startOrigin(t, (req, res) => {
      closed.push(new Promise((resolve) => { req.socket.once('close', resolve) }))
      if (req.url === '/body') { res.writeHead(200, { 'content-type': 'text/plain' }); res.write('part') }
      if (req.method === 'POST') req.on('data', () => { asked() })
      else asked()
    })
    const { url } = await startGateway(t, { origin: origin.url, routes: [{ timeout: 20_000 }, { method: 'POST', timeout: 20_000 }] })
    for (const head of ['GET /headers HTTP/1.1\r\nHost: x\r\n\r\n', 'GET /body HTTP/1.1\r\nHost: x\r\n\r\n', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nbegin']) {
      const arrived = new Promise<void>((resolve) => { asked = resolve })
      const { socket } = await open(url, head)
      await arrived
      if (head.includes('/body')) while (socket.bytesRead === 0) await once(socket, 'data')
      const ran = startRunClock(t)
      socket.destroy()
      await closed.at(-1)
      t.ok(ran() < 300, head.split('\r')[0]!)
    }
  })

  t.test(`${name}: the deadline holds before the headers and within the body`, async (t) => {
    const origin = await startOrigin(t, (req, res) => {
      if (req.url === '/never') return
      res.writeHead(200, { 'content-type': req.url === '/events' ? 'text/event-stream' : 'text/plain', ...(req.url === '/length' && { 'content-length': 100 }) })
      res.write('some of it')
    })
    const { url } = await startGateway(t, { origin: origin.url, routes: [{ timeout: 200 }] })
    const ran = startRunClock(t)
    const never = await call(url + '/never')
    t.ok(ran() < 400)
    t.equal(never.status, 500)
    t.equal(never.body.length, 0)
    t.notHas(never.headers, 'content-type')
    t.equal(never.headers['x-krakend-completed'], 'false')
    for (const path of ['/chunked', '/length', '/events']) {
      const answer = await call(url + path)
      t.equal(answer.status, 200)
      t.equal(answer.broken, true, path)
      t.equal(answer.body.toString(), 'some of it')
    }
  })

  t.test(`${name}: a body that the backend cuts breaks the client's connection`, async (t) => {
    const origin = await startOrigin(t, (req, res) => {
      res.writeHead(200, { 'content-type': 'text/plain', ...(req.url!.startsWith('/length') && { 'content-length': 200_000 }) })
      res.write(req.url!.endsWith('small') ? 'x'.repeat(10) : 'x'.repeat(100_000), () => { req.socket.destroy() })
    })
    const { url } = await startGateway(t, { origin: origin.url, routes: [{}] })
    for (const path of ['/length', '/length-small', '/chunked', '/chunked-small']) {
      const answer = await call(url + path).catch(() => ({ broken: true, status: 500 }))
      t.ok(answer.broken || answer.status === 500, path)
    }
  })

  t.test(`${name}: errors are told in the way that is configured`, async (t) => {
    const gone = net.createServer()
    const port = await listen(gone)
    gone.close()
    let lines: string[] = []
    const { url } = await startGateway(t, {
      origin: `http://127.0.0.1:${port}`,
      fastify: { logger: { level: 'warn', stream: { write: (line: string) => { lines.push(line) } } } },
      routes: [
        { path: '/plain' },
        { path: '/text', errors: { showErrorText: true } },
        { path: '/semantic', errors: { semanticErrors: true } },
        { path: '/internals', errors: { showInternals: true } }
      ]
    })
    const plain = await call(url + '/plain?key=geheim')
    t.equal(plain.status, 500)
    t.same(plain.headers, { 'x-krakend-completed': 'false', 'content-length': '0', date: plain.headers.date, connection: 'close' })
    const text = await call(url + '/text')
    t.equal(text.body.toString(), 'connect: connection refused')
    t.equal(text.headers['content-type'], 'text/plain; charset=utf-8')
    t.equal((await call(url + '/semantic')).status, 502)
    t.match((await call(url + '/internals')).body.toString(), new RegExp(`GET http://127.0.0.1:${port}/internals: .*ECONNREFUSED`))
    if (byReplyFrom) {
      t.equal(lines.filter((line) => line.includes('response errored')).length, 4, "reply-from's own line")
      lines = lines.filter((line) => !line.includes('response errored'))
    }
    t.equal(lines.length, 4)
    t.match(JSON.parse(lines[0]!), { level: 50, endpoint: 'GET /plain', backend: '/plain', code: 'FG_ERR_HTTP_CLIENT_DIAL', kind: 'backend', stage: 'dial', cause: 'ECONNREFUSED', advice: /^Nothing listens at that address/, detail: /ECONNREFUSED/ })
    t.notMatch(lines.join(''), /geheim/)
  })

  t.test(`${name}: a client that waits for 100 Continue gets it`, async (t) => {
    const origin = await startOrigin(t, async (req, res) => { res.end(`${req.headers.expect ?? 'none'} ${await readAll(req)}`) })
    const { url } = await startGateway(t, { origin: origin.url, routes: [{ method: 'POST' }] })
    const request = http.request(url, { method: 'POST', agent: false, headers: { expect: '100-continue', 'content-length': 4 } })
    request.flushHeaders()
    await once(request, 'continue')
    request.end('body')
    const [response] = await once(request, 'response') as [http.IncomingMessage]
    t.equal((await readAll(response)).toString(), 'none body')
  })

  t.test(`${name}: an answer that comes before the upload's end arrives`, async (t) => {
    const origin = await startOrigin(t, (req, res) => {
      req.on('error', () => {})
      if (req.url === '/large') { res.writeHead(413, { 'content-type': 'text/plain' }); res.end('x'.repeat(500_000)) } else { res.writeHead(413, { 'content-type': 'text/plain' }); res.end('too large') }
    })
    const { url } = await startGateway(t, { origin: origin.url, routes: [{ method: 'POST' }] })
    for (const [path, length] of [['/', 9], ['/large', 500_000]] as const) {
      const { socket, read } = await open(url, `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 100000000\r\n\r\n` + 'x'.repeat(100_000))
      await once(socket, 'close')
      t.match(read(), /^HTTP\/1\.1 413 /)
      t.match(read(), /connection: close/i)
      t.ok(read().length > length, path)
    }
  })

  t.test(`${name}: answer and request may stream at the same time`, async (t) => {
    const origin = await startOrigin(t, (req, res) => { res.writeHead(200, { 'content-type': 'text/plain' }); res.flushHeaders(); req.pipe(res) })
    const { url } = await startGateway(t, { origin: origin.url, routes: [{ method: 'POST' }] })
    const request = http.request(url, { method: 'POST', agent: false })
    request.flushHeaders()
    request.write('one')
    const [response] = await once(request, 'response') as [http.IncomingMessage]
    t.equal(String((await once(response, 'data'))[0]), 'one')
    request.write('two')
    t.equal(String((await once(response, 'data'))[0]), 'two')
    request.end()
    await once(response, 'end')
  })

  t.test(`${name}: connections to both sides live on after failures`, async (t) => {
    let busy = 0
    const origin = await startOrigin(t, (req, res) => {
      if (req.url === '/503') busy++
      if (req.url === '/slow') return
      if (req.url === '/hangup') { req.socket.destroy(); return }
      res.writeHead(req.url === '/204' ? 204 : 503, { 'content-type': 'text/plain' })
      res.end(req.url === '/204' ? undefined : 'busy')
    })
    const { url } = await startGateway(t, { origin: origin.url, routes: [{ timeout: 150 }] })
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
    t.teardown(() => { agent.destroy() })
    const statuses: number[] = []
    const ports = new Set<number>()
    for (const path of ['/503', '/204', '/503', '/hangup', '/slow', '/503', '/204']) {
      const request = http.get(url + path, { agent })
      const [response] = await once(request, 'response') as [http.IncomingMessage]
      statuses.push(response.statusCode!)
      ports.add(response.socket.localPort!)
      await readAll(response)
      if (statuses.length === 3) t.equal(origin.accepted, 1, 'so does the gateway')
    }
    t.same(statuses, [503, 204, 503, 500, 500, 503, 204])
    t.equal(busy, 3, 'nothing is sent twice because of a 503')
    t.equal(ports.size, 1, 'the client keeps one connection')
  })

  t.test(`${name}: 1,000 calls that are refused or reset at once all get an answer`, async (t) => {
    const resetting = net.createServer((socket) => { socket.on('error', () => {}); socket.once('data', () => { socket.resetAndDestroy() }) })
    const port = await listen(resetting)
    t.teardown(() => { resetting.close() })
    const gone = net.createServer()
    const closedPort = await listen(gone)
    gone.close()
    for (const origin of [`http://127.0.0.1:${port}`, `http://127.0.0.1:${closedPort}`]) {
      const { url } = await startGateway(t, { origin, routes: [{ timeout: 20_000 }, { method: 'POST', timeout: 20_000 }] })
      const agent = new http.Agent({ keepAlive: true, maxSockets: 100 })
      const answers = await Promise.all(Array.from({ length: 1000 }, (_, i) => call(url, { agent, ...(i % 2 === 0 && { method: 'POST', body: 'x'.repeat(i * 20) }) })))
      t.ok(answers.every(({ status, body }) => status === 500 && body.length === 0))
      agent.destroy()
    }
  })

  t.test(`${name}: a paused client stops the backend, a paused backend stops the client`, async (t) => {
    let sent = 0
    const chunk = Buffer.alloc(65536)
    const origin = await startOrigin(t, (req, res) => {
      if (req.method === 'POST') return // reads nothing
      res.writeHead(200, { 'content-type': 'application/octet-stream' })
      new Readable({ read () { sent += chunk.length; this.push(chunk) } }).pipe(res)
    })
    const { url } = await startGateway(t, { origin: origin.url, routes: [{ timeout: 20_000 }, { method: 'POST', timeout: 20_000 }] })
    const request = http.get(url, { agent: false })
    const [response] = await once(request, 'response') as [http.IncomingMessage]
    response.pause()
    const standsStill = async (count: () => number): Promise<number> => {
      for (let before = -1; ;) {
        if (count() === before) return before
        before = count()
        await new Promise((resolve) => { setTimeout(resolve, 100) })
      }
    }
    t.ok(await standsStill(() => sent) < 48 << 20, 'the backend stands still')
    response.destroy()
    let pushed = 0
    const upload = http.request(url, { method: 'POST', agent: false })
    upload.on('error', () => {})
    new Readable({ read () { pushed += chunk.length; this.push(chunk) } }).pipe(upload)
    t.ok(await standsStill(() => pushed) < 48 << 20, 'the client stands still')
    upload.destroy()
  })

  t.test(`${name}: hooks see the answer, and may read the body`, async (t) => {
    const large = randomBytes(400_000)
    const origin = await startOrigin(t, (req, res) => { res.writeHead(200, { 'content-type': 'text/plain' }); res.end(req.url === '/large' ? large : 'small') })
    const finished: string[] = []
    const { url } = await startGateway(t, {
      origin: origin.url,
      routes: [{}],
      before (app) {
        app.addHook('onSend', async (_request, reply, payload) => {
          reply.header('content-encoding', 'gzip')
          reply.removeHeader('content-length')
          const zip = createGzip()
          if (payload instanceof Readable) return payload.pipe(new PassThrough()).pipe(zip)
          zip.end(payload)
          return zip
        })
        app.addHook('onResponse', async (request, reply) => { finished.push(`${request.url} ${reply.statusCode}`) })
      }
    })
    t.equal(gunzipSync((await call(url + '/small')).body).toString(), 'small')
    t.equal(sha(gunzipSync((await call(url + '/large')).body)), sha(large))
    t.same(finished, ['/small 200', '/large 200'])
  })

  t.test(`${name}: a body that a hook replaces does not hold its connection`, async (t) => {
    let closed!: Promise<unknown>
    const origin = await startOrigin(t, (req, res) => {
      closed = new Promise((resolve) => { req.socket.once('close', resolve) })
      new Readable({ read () { this.push(Buffer.alloc(65536)) } }).pipe(res)
    })
    const { url } = await startGateway(t, {
      origin: origin.url,
      routes: [{ timeout: 20_000 }],
      before (app) { app.addHook('onSend', async (_request, reply) => { reply.removeHeader('content-length'); return 'instead' }) }
    })
    t.equal((await call(url)).body.toString(), 'instead')
    await closed
  })

  t.test(`${name}: speaks HTTP/2 to clients`, async (t) => {
    const origin = await startOrigin(t, async (req, res) => {
      if (req.url === '/999') { res.writeHead(999); res.end('odd'); return }
      if (req.url === '/cut') { res.writeHead(200, { 'content-length': 9 }); res.write('part', () => { req.socket.destroy() }); return }
      if (req.url === '/hang') { req.socket.once('close', () => { left() }); asked(); return }
      res.writeHead(200, { 'content-type': 'application/octet-stream', 'x-via': req.httpVersion, connection: 'close' })
      if (req.method === 'GET') res.end('small')
      else res.end(await readAll(req))
    })
    let asked!: () => void
    let left!: () => void
    const { url } = await startGateway(t, { origin: origin.url, routes: [{}, { method: 'POST' }], fastify: { http2: true } as object })
    const client = http2.connect(url)
    t.teardown(() => { client.destroy() })

    const ask = async (headers: http2.OutgoingHttpHeaders, body?: Buffer): Promise<{ status: number, headers: http2.IncomingHttpHeaders, body: Buffer, broken: boolean }> => {
      const stream = client.request(headers)
      stream.end(body)
      const [answer] = await once(stream, 'response') as [http2.IncomingHttpHeaders]
      const { read, broken } = await readAll(stream).then((read) => ({ read, broken: false }), () => ({ read: Buffer.alloc(0), broken: true }))
      return { status: Number(answer[':status']), headers: answer, body: read, broken: broken || stream.rstCode !== 0 }
    }
    const small = await ask({ ':path': '/' })
    t.equal(small.status, 200)
    t.equal(small.headers['x-via'], '1.1')
    t.equal(small.body.toString(), 'small')
    const large = Buffer.alloc(1_000_000, 'abc')
    t.ok((await ask({ ':path': '/', ':method': 'POST' }, large)).body.equals(large))
    t.equal((await ask({ ':path': '/999' })).status, 500)
    const cut = await ask({ ':path': '/cut' })
    t.ok(cut.broken || cut.status === 500)
    const arrived = new Promise<void>((resolve) => { asked = resolve })
    const closed = new Promise<void>((resolve) => { left = resolve })
    const hanging = client.request({ ':path': '/hang' })
    hanging.on('error', () => {})
    await arrived
    const ran = startRunClock(t)
    hanging.close(http2.constants.NGHTTP2_CANCEL)
    await closed
    t.ok(ran() < 290, 'a stream that is cancelled ends the call')
  })
}
