import t from 'tap'
import type { ServerResponse } from 'node:http'
import { readAll } from '@floodgate/testing'
import { connectTo, eventually, exchange, listenFront, listenTo, transports } from '../support/front.ts'

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: h\r\n\r\n`

for (const transport of transports) {
  t.test(`answerBroken: what comes behind a running request waits for its answer, and for those that wait (${transport})`, async (t) => {
    const responses: ServerResponse[] = []
    const front = await listenFront(t, transport, (request, response) => {
      response.write(`<${request.url}`)
      responses.push(response)
    })
    const socket = await front.connect()
    const heard = listenTo(socket)
    socket.write(`${get('/1')}${get('/2')}nonsense\r\n\r\n`)
    await heard.until('</1')
    socket.write('more nonsense')
    responses[0]!.end('>')
    await heard.until('</2')
    responses[1]!.end('>')
    t.match(await heard.end(), /^HTTP\/1\.1 200 [^]*<\/1[^]*>[^]*HTTP\/1\.1 200 [^]*<\/2[^]*>[^]*\r\n0\r\n\r\nHTTP\/1\.1 400 Bad Request\r\n[^]*400 Bad Request$/)
  })

  t.test(`answerBroken: bytes behind a request with Connection: close do not take the place of its answer (${transport})`, async (t) => {
    const front = await listenFront(t, transport, (request, response) => { setImmediate(() => { response.end(`<${request.url}>`) }) })
    const text = await exchange(front, `GET /1 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n${get('/2')}`)
    t.match(text, /^HTTP\/1\.1 200 [^]*<\/1>$/)
  })

  t.test(`answerBroken: a request whose own body is broken is answered 400 at once (${transport})`, async (t) => {
    let closed = 0
    const front = await listenFront(t, transport, (request, response) => {
      response.once('close', () => { closed++ })
      if (request.url === '/1') response.end('<1>')
      else readAll(request).catch(() => {})
    })
    const broken = 'POST /2 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n'
    t.match(await exchange(front, broken), /^HTTP\/1\.1 400 /)
    t.match(await exchange(front, get('/1') + broken), /^HTTP\/1\.1 200 [^]*<1>HTTP\/1\.1 400 /)
    await eventually(() => closed >= 2)
  })
}

t.test('answerBroken: a client that ends its side within a head is answered, one within a body is not', async (t) => {
  const front = await listenFront(t, 'plain', (request) => { readAll(request).catch(() => {}) })
  const ended = async (wire: string): Promise<string> => {
    const socket = await connectTo(front.port)
    const heard = listenTo(socket)
    socket.end(wire)
    return heard.end()
  }
  t.match(await ended('GET / HTTP/1.1\r\nHost:'), /^HTTP\/1\.1 400 /)
  t.equal(await ended('POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nab'), '')
})
