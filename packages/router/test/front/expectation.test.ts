import t from 'tap'
import http2 from 'node:http2'
import { once } from 'node:events'
import { readAll } from '@floodgate/testing'
import { listenFront, listenTo, transports, type Handler } from '../support/front.ts'

const serve: Handler = (request, response) => {
  if (request.url === '/denied') { response.writeHead(401).end('no'); return }
  setImmediate(() => { readAll(request).then((body) => { response.end(`<${body.toString()}>`) }, () => {}) })
}
const head = (path: string, rest = ''): string => `POST ${path} HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n${rest}`

for (const transport of transports) {
  t.test(`continueWhenRead: 100 is sent when the body is read (${transport})`, async (t) => {
    const front = await listenFront(t, transport, serve)
    const socket = await front.connect()
    const heard = listenTo(socket)
    socket.write(head('/read'))
    t.equal(await heard.until('\r\n\r\n'), 'HTTP/1.1 100 Continue\r\n\r\n')
    socket.write('abcGET /next HTTP/1.1\r\nHost: h\r\n\r\n')
    await heard.until('<>')
    t.match(heard.text, /<abc>/)
    socket.destroy()
  })

  t.test(`continueWhenRead: who is refused gets no 100, and the next bytes are nobody's body (${transport})`, async (t) => {
    const front = await listenFront(t, transport, serve)
    const socket = await front.connect()
    const heard = listenTo(socket)
    socket.write(head('/denied'))
    await heard.until('401')
    // As a client that keeps its connection sends it, in place of the body.
    if (socket.writable) socket.write('GET /next HTTP/1.1\r\nHost: h\r\n\r\n')
    t.match(await heard.end(), /^HTTP\/1\.1 401 [^]*connection: close[^]*no\r\n0\r\n\r\n$/i)
  })

  t.test(`continueWhenRead: a body that came without waiting needs no 100, and the connection is kept (${transport})`, async (t) => {
    const front = await listenFront(t, transport, serve)
    const socket = await front.connect()
    const heard = listenTo(socket)
    socket.write(`GET /1 HTTP/1.1\r\nHost: h\r\n\r\n${head('/2', 'abc')}GET /3 HTTP/1.1\r\nHost: h\r\n\r\n`)
    await heard.until(/<>[^]*<>/)
    t.match(heard.text, /<>[^]*<abc>[^]*<>/)
    t.notMatch(heard.text, /100 Continue/)
    socket.destroy()
  })
}

t.test('continueWhenRead: HTTP/2 too', async (t) => {
  const front = await listenFront(t, 'h2c', serve)
  const session = http2.connect(`http://127.0.0.1:${front.port}`)
  t.teardown(() => { session.destroy() })
  const stream = session.request({ ':method': 'POST', ':path': '/read', expect: '100-continue' })
  await once(stream, 'continue')
  stream.end('abc')
  t.equal((await readAll(stream)).toString(), '<abc>')
  const denied = session.request({ ':method': 'POST', ':path': '/denied', expect: '100-continue' })
  denied.on('continue', () => { t.fail('asked for a body') })
  t.match(await once(denied, 'response'), [{ ':status': 401 }])
  t.equal((await readAll(denied)).toString(), 'no')
  await once(denied, 'close')
  t.equal(denied.rstCode, 0)
})
