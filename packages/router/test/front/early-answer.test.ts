import t from 'tap'
import http from 'node:http'
import https from 'node:https'
import { once } from 'node:events'
import net, { type AddressInfo } from 'node:net'
import Fastify from 'fastify'
import { registerRoutes } from '@floodgate/router'
import { readAll } from '@floodgate/testing'
import { ca, defer, exchange, listenFront, listenTo, transports } from '../support/front.ts'
import { service } from '../support/routing.ts'
import { LINGER_BYTES, LITTLE } from '../../src/front/early-answer.ts'

const BIG = 20 * 1024 * 1024

/** Uploads at full speed by Node's client; gives the status of the answer. */
function upload (port: number, secure: boolean, bytes: number, path = '/', headers: http.OutgoingHttpHeaders = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const options = { port, host: '127.0.0.1', method: 'POST', path, agent: false, headers: { 'content-length': bytes, ...headers }, ...(secure && { ca: ca.cert, servername: 'localhost' }) } as const
    const request = (secure ? https : http).request(options, (response) => {
      readAll(response).then((body) => {
        if (body.toString() === 'no') resolve(response.statusCode!)
        else reject(new Error(`answer broken: ${body.toString()}`))
      }, reject)
    })
    request.on('error', reject)
    const chunk = Buffer.alloc(256 * 1024)
    let left = bytes
    const write = (): void => {
      while (left > 0 && !request.destroyed) {
        const more = request.write(chunk.subarray(0, Math.min(left, chunk.length)))
        left -= chunk.length
        if (!more) { request.once('drain', write); return }
      }
      request.end()
    }
    write()
  })
}

const refuse = (_request: http.IncomingMessage, response: http.ServerResponse): void => { response.writeHead(401, { 'content-type': 'text/plain', connection: 'close' }).end('no') }
const waysToAnswer: Record<string, (request: http.IncomingMessage, response: http.ServerResponse) => void> = {
  'body unread': refuse,
  'body begun': (request, response) => {
    request.once('data', () => {
      request.pause()
      response.statusCode = 413
      response.end('no')
    })
  },
  'body piped elsewhere': (request, response) => {
    request.once('data', () => { refuse(request, response) })
  }
}

for (const transport of transports) {
  for (const [name, answer] of Object.entries(waysToAnswer)) {
    t.test(`awaitEarlyAnswer: an answer during an upload arrives: ${name} (${transport})`, async (t) => {
      const front = await listenFront(t, transport, answer)
      for (let i = 0; i < 3; i++) {
        const status = await upload(front.port, transport === 'tls', BIG)
        t.ok(status === 401 || status === 413)
      }
    })
  }

  t.test(`awaitEarlyAnswer: a little body is read to its end, and the connection kept (${transport})`, async (t) => {
    const front = await listenFront(t, transport, (request, response) => { response.end(`<${request.url}>`) })
    const socket = await front.connect()
    const heard = listenTo(socket)
    socket.write(`POST /1 HTTP/1.1\r\nHost: h\r\nContent-Length: ${LITTLE}\r\n\r\n`)
    await heard.until('</1>')
    t.notMatch(heard.text, /connection: close/i)
    socket.write(`${'x'.repeat(LITTLE)}GET /2 HTTP/1.1\r\nHost: h\r\n\r\n`)
    await heard.until('</2>')
    socket.destroy()
  })

  t.test(`awaitEarlyAnswer: a larger body, or one of unknown length, ends the connection, and nothing behind it is served (${transport})`, async (t) => {
    const served: string[] = []
    const front = await listenFront(t, transport, (request, response) => {
      served.push(request.url!)
      response.end('no')
    })
    for (const framing of [`Content-Length: ${LITTLE + 1}`, 'Transfer-Encoding: chunked']) {
      const socket = await front.connect()
      const heard = listenTo(socket)
      socket.write(`POST /1 HTTP/1.1\r\nHost: h\r\n${framing}\r\n\r\n`)
      await once(socket, 'end')
      t.match(heard.text, /connection: close\r\n[^]*no$/i, framing)
      if (!socket.writable) continue
      socket.write(framing.startsWith('C') ? 'x'.repeat(LITTLE + 1) : '3\r\nabc\r\n0\r\n\r\n')
      socket.write('GET /2 HTTP/1.1\r\nHost: h\r\n\r\n')
      await heard.end()
    }
    t.same(served, ['/1', '/1'])
  })
}

t.test('awaitEarlyAnswer: a client that goes on sending is cut at the bound', async (t) => {
  const front = await listenFront(t, 'plain', refuse)
  // As a client that does not look at the answer: its side stays open.
  const socket = net.connect({ port: front.port, host: '127.0.0.1', allowHalfOpen: true })
  socket.on('error', () => {})
  socket.write(`POST /1 HTTP/1.1\r\nHost: h\r\nContent-Length: ${LINGER_BYTES * 10}\r\n\r\n`)
  const heard = listenTo(socket)
  let sent = 0
  const chunk = Buffer.alloc(1024 * 1024)
  const write = (): void => {
    socket.write(chunk, (error) => {
      if (error != null) { socket.destroy(); return }
      sent += chunk.length
      write()
    })
  }
  write()
  await heard.end()
  t.match(heard.text, /^HTTP\/1\.1 401 /)
  t.ok(sent >= LINGER_BYTES && sent < LINGER_BYTES * 2, `${sent} bytes`)
})

t.test('awaitEarlyAnswer: who still reads the body learns that it is not whole', async (t) => {
  const aborted = defer()
  const front = await listenFront(t, 'plain', (request, response) => {
    request.on('aborted', () => { aborted.resolve() })
    request.once('data', () => {
      request.pause()
      response.end('no')
    })
  })
  t.equal(await upload(front.port, false, BIG), 200)
  await aborted.promise
})

t.test('awaitEarlyAnswer: requests without a body, and those whose body has come, keep their connection', async (t) => {
  const front = await listenFront(t, 'plain', (request, response) => {
    if (request.method === 'GET') response.end('<got>')
    else readAll(request).then((body) => { response.end(`<${body.toString()}>`) }, () => {})
  })
  const text = await exchange(front, 'GET / HTTP/1.1\r\nHost: h\r\n\r\nPOST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\n1POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n2\r\n0\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n')
  t.same(text.match(/<\w+>/g), ['<got>', '<1>', '<2>', '<got>'])
})

t.test('awaitEarlyAnswer: in an app of a host the answers of our routes arrive', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(async (scope) => {
    registerRoutes(scope as never, service(['POST /x']), () => ({ handler (_request, reply) { reply.code(401).send('no') } }))
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  for (let i = 0; i < 3; i++) t.equal(await upload(port, false, BIG, '/x'), 401)
})
