import t from 'tap'
import type { IncomingMessage } from 'node:http'
import http2 from 'node:http2'
import { once } from 'node:events'
import { readAll } from '@floodgate/testing'
import { exchange, listenFront, listenTo, transports, type Handler } from '../support/front.ts'

const tell: Handler = (request, response) => {
  readAll(request).then((body) => {
    response.end(JSON.stringify({ method: request.method, url: request.url, host: request.headers.host ?? null, hosts: request.rawHeaders.filter((name) => /^host$/i.test(name)).length, fields: request.rawHeaders.length / 2, body: body.toString() }))
  }, () => {})
}
const close = 'Connection: close\r\n\r\n'

for (const transport of transports) {
  t.test(`createReceiver: refuses what cannot be served, in its own words, and ends the connection (${transport})`, async (t) => {
    const served: string[] = []
    const front = await listenFront(t, transport, (request, response) => {
      served.push(request.url!)
      response.end()
    })
    const cases: [wire: string, status: number, text: string][] = [
      ['GET / HTTP/1.1\r\n\r\n', 400, '400 Bad Request: missing required Host header'],
      ['GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n', 400, '400 Bad Request'],
      ...['a b', '"a"', 'a/b', 'a@b', 'a?b', 'a#b', 'a\\b', '<a>', 'é'].map((host): [string, number, string] => [`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`, 400, '400 Bad Request: malformed Host header']),
      ['GET / HTTP/1.0\r\nHost: a b\r\n\r\n', 400, '400 Bad Request: malformed Host header'],
      ['GET http://a"b/ HTTP/1.1\r\nHost: a\r\n\r\n', 400, '400 Bad Request'],
      ['GET http://a:x/ HTTP/1.1\r\nHost: a\r\n\r\n', 400, '400 Bad Request'],
      ['GET / HTTP/2.0\r\nHost: a\r\n\r\n', 505, '505 HTTP Version Not Supported: unsupported protocol version'],
      ['GET / HTTP/0.9\r\nHost: a\r\n\r\n', 505, '505 HTTP Version Not Supported: unsupported protocol version'],
      ['GET / HTTP/3.0\r\nHost: a\r\n\r\n', 505, '505 HTTP Version Not Supported: unsupported protocol version'],
      ['GET / HTTP/x.1\r\nHost: a\r\n\r\n', 400, '400 Bad Request'],
      ...['gzip, chunked', 'chunked, chunked', 'gzip', 'identity', 'chunked\r\nTransfer-Encoding: chunked'].map((coding): [string, number, string] => [`POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: ${coding}\r\n\r\n0\r\n\r\n`, 501, 'Unsupported transfer encoding']),
      ['POST / HTTP/1.1\r\nHost: a\r\nExpect: 200-ok\r\nContent-Length: 3\r\n\r\nabc', 417, ''],
      ['GET /é HTTP/1.1\r\nHost: a\r\n\r\n', 400, '400 Bad Request'],
      ['GET /?é HTTP/1.1\r\nHost: a\r\n\r\n', 400, '400 Bad Request']
    ]
    for (const [wire, status, text] of cases) {
      const answer = await exchange(front, wire)
      t.match(answer, new RegExp(`^HTTP/1\\.1 ${status} `), wire)
      t.match(answer, /^connection: close\r$/im, wire)
      t.match(answer, /^content-type: text\/plain; charset=utf-8\r$/im, wire)
      t.equal(answer.split('\r\n\r\n')[1], text, wire)
    }
    t.same(served, [])
  })

  t.test(`createReceiver: a target in absolute form becomes a path and the Host (${transport})`, async (t) => {
    const front = await listenFront(t, transport, tell)
    const cases: [target: string, url: string, host: string][] = [
      ['http://c.test/ok', '/ok', 'c.test'],
      ['http://c.test:81?x=http://d/', '/?x=http://d/', 'c.test:81'],
      ['HTTPS://user:pw@c.test', '/', 'c.test'],
      ['http://[::1]:8080/a', '/a', '[::1]:8080'],
      ['http:///a', '/a', 'a.test'],
      ['*', '*', 'a.test'],
      ['/http://c.test/', '/http://c.test/', 'a.test']
    ]
    for (const [target, url, host] of cases) {
      const answer = await exchange(front, `GET ${target} HTTP/1.1\r\nHost: a.test\r\n${close}`)
      t.match(JSON.parse(answer.slice(answer.indexOf('{'), answer.lastIndexOf('}') + 1)), { url, host, hosts: 1 }, target)
    }
    t.match(await exchange(front, 'GET http://c.test/ HTTP/1.0\r\n\r\n'), /"host":"c\.test","hosts":1/)
  })

  t.test(`createReceiver: every header field arrives, however many there are (${transport})`, async (t) => {
    const front = await listenFront(t, transport, tell)
    t.match(await exchange(front, `GET / HTTP/1.1\r\nHost: h\r\n${'a: b\r\n'.repeat(2500)}${close}`), /"fields":2502/)
  })

  t.test(`createReceiver: HTTP/1.0 is served, a CONNECT is answered as other methods (${transport})`, async (t) => {
    const front = await listenFront(t, transport, tell)
    t.match(await exchange(front, 'GET /x HTTP/1.0\r\n\r\n'), /"url":"\/x","host":null/)
    const coded = await exchange(front, 'POST /x HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n')
    t.match(coded, /connection: close/i, 'its end may be another to whoever stands before us')
    t.match(await exchange(front, 'CONNECT h:1 HTTP/1.1\r\nHost: h\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n'), /^HTTP\/1\.1 200 OK\r\n[^]*"method":"CONNECT","url":"\*"/)
    t.match(await exchange(front, 'GET /1 HTTP/1.1\r\nHost: h\r\n\r\nCONNECT /2 HTTP/1.1\r\nHost: h\r\n\r\n'), /"url":"\/1"[^]*"method":"CONNECT","url":"\/2"/)
  })
}

t.test('createReceiver: over HTTP/2 the authority is the Host', async (t) => {
  const front = await listenFront(t, 'h2c', tell)
  const session = http2.connect(`http://127.0.0.1:${front.port}`)
  t.teardown(() => { session.destroy() })
  const ask = async (headers: http2.OutgoingHttpHeaders): Promise<[status: number, text: string]> => {
    const stream = session.request(headers)
    stream.end()
    const [{ ':status': status }] = await once(stream, 'response') as [http2.IncomingHttpHeaders]
    return [status as unknown as number, (await readAll(stream)).toString()]
  }
  t.match((await ask({ ':authority': 'a.test', host: 'b.test' }))[1], /"host":"a\.test"/)
  // From Node 22 on nghttp2 itself refuses it.
  const odd = await ask({ ':authority': 'a@b' }).catch((error: NodeJS.ErrnoException) => error.code)
  if (odd !== 'ERR_HTTP2_STREAM_ERROR') t.same(odd, [400, '400 Bad Request: malformed Host header'])
  t.equal((await ask({ ':path': '/x', expect: 'nonsense' }))[0], 200, 'as on the reference')
  t.match(await ask(Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`x-${i}`, 'b']))), [200, /"url"/])
  t.match(await ask({ ':method': 'CONNECT', ':authority': 'h:1' }), [200, /"method":"CONNECT","url":"\*"/])
})

t.test('createReceiver: cost grows with the number of header fields, and no faster', async (t) => {
  const front = await listenFront(t, 'plain', (_request, response) => { response.end('.') }, { maxHeaderBytes: 1 << 20 })
  // Counted in reads of names, not in time: what is checked looks at each field once.
  const steps: number[] = []
  front.server.prependListener('request', (request: IncomingMessage) => {
    let reads = 0
    const { rawHeaders } = request
    Object.assign(request, {
      rawHeaders: new Proxy(rawHeaders, {
        get (fields, key) {
          if (typeof key === 'string' && /^\d+$/.test(key)) reads++
          return Reflect.get(fields, key) as unknown
        }
      })
    })
    setImmediate(() => { steps.push(reads) })
  })
  for (const count of [10_000, 40_000]) t.match(await exchange(front, `GET / HTTP/1.1\r\nHost: h\r\n${'a: b\r\n'.repeat(count)}${close}`), /^HTTP\/1\.1 200 /)
  t.same(steps, [10_002, 40_002])
  t.match(await exchange(front, `GET / HTTP/1.1\r\nHost: h\r\n${'x-header: value\r\n'.repeat(100_000)}${close}`), /^HTTP\/1\.1 431 /)
})

for (const transport of transports) {
  t.test(`a client that ends its side before it has said which protocol it speaks is let go (${transport})`, { timeout: 20_000 }, async (t) => {
    const front = await listenFront(t, transport, tell)
    for (const begun of ['', 'P', 'PRI * HT', 'GET /']) {
      const socket = await front.connect()
      const heard = listenTo(socket)
      socket.end(begun)
      await heard.end()
    }
    t.pass()
  })
}
