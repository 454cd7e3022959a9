import t from 'tap'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { readAll } from '@floodgate/testing'
import { eventually, listenFront, listenTo, transports } from '../support/front.ts'

for (const transport of transports) {
  t.test(`ignoreUpgrades: the request is served, with its body and what follows (${transport})`, async (t) => {
    const front = await listenFront(t, transport, (request, response) => {
      readAll(request).then((body) => {
        setImmediate(() => { response.end(`<${request.method} ${request.url} ${body.toString()} ${String(request.headers.connection)} ${String(request.headers.upgrade)}>`) })
      }, () => {})
    })
    const socket = await front.connect()
    const heard = listenTo(socket)
    socket.write('GET /1 HTTP/1.1\r\nHost: h\r\n\r\n' +
      'POST /2 HTTP/1.1\r\nHost: h\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nContent-Length: 5\r\n\r\nab')
    await heard.until('<GET /1')
    socket.write('cdeGET /3 HTTP/1.1\r\nHost: h\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\r\nPOST /4 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n1\r\na\r\n0\r\n\r\n')
    await heard.until('<POST /4')
    socket.write('GET /5 HTTP/1.1\r\nHost: h\r\n\r\n')
    await heard.until('<GET /5')
    t.same(heard.text.match(/<[^>]*>/g), [
      '<GET /1  undefined undefined>',
      '<POST /2 abcde HTTP2-Settings h2c>',
      '<GET /3  keep-alive websocket>',
      '<POST /4 a  x>',
      '<GET /5  undefined undefined>'
    ])
    socket.destroy()
  })

  t.test(`ignoreUpgrades: a client that leaves meanwhile ends the running request, and no process (${transport})`, async (t) => {
    const served: string[] = []
    let ended = false
    const front = await listenFront(t, transport, (request, response) => {
      served.push(request.url!)
      response.once('close', () => { ended = true })
    })
    const socket = await front.connect()
    socket.write('GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
    await eventually(() => served.length === 1)
    if (transport === 'tls') socket.destroy()
    else socket.resetAndDestroy()
    await eventually(() => ended)
    t.same(served, ['/1'])
  })
}

for (const transport of transports) {
  for (const [what, behind] of [['a request with Upgrade', 'GET /2 HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'], ['a CONNECT', 'CONNECT h:1 HTTP/1.1\r\nHost: h\r\n\r\n']]) {
    t.test(`an answer larger than the buffers is written to its end when ${what} is pipelined behind it (${transport})`, async (t) => {
      const size = 16 * 1024 * 1024
      const front = await listenFront(t, transport, (request, response) => {
        if (request.url !== '/1') { response.end('<end>'); return }
        response.setHeader('content-length', size)
        Readable.from(chunks(size)).pipe(response)
      })
      const socket = await front.connect()
      socket.write(`GET /1 HTTP/1.1\r\nHost: h\r\n\r\n${behind}`)
      let length = 0
      let text = ''
      for await (const chunk of socket as AsyncIterable<Buffer>) {
        length += chunk.length
        text = (text + chunk.toString('latin1')).slice(-1000)
        if (text.includes('<end>')) break
      }
      t.match(text, '<end>')
      t.ok(length > size)
      socket.destroy()
    })
  }

  t.test(`ignoreUpgrades: the time for a connection between two requests does not run while one is served (${transport})`, async (t) => {
    const front = await listenFront(t, transport, (request, response) => {
      setImmediate(() => { response.end(request.url === '/1' ? '<1>' : `<2 ${String(request.socket.timeout)}>`) })
    }, { idleTimeout: 50_000 })
    const socket = await front.connect()
    const heard = listenTo(socket)
    socket.write('GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
    t.match(await heard.until('<2'), '<2 0>')
    socket.destroy()
  })

  t.test(`write_timeout: an answer of which nothing is read is cut, also with an Upgrade or a CONNECT behind it (${transport})`, async (t) => {
    const closed: Promise<unknown>[] = []
    const front = await listenFront(t, transport, (_request, response) => {
      closed.push(once(response, 'close'))
      Readable.from(chunks(64 * 1024 * 1024)).on('error', () => {}).pipe(response)
    }, { writeTimeout: 300 })
    for (const behind of ['GET /2 HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n', 'CONNECT h:1 HTTP/1.1\r\nHost: h\r\n\r\n', 'GET /2 HTTP/1.1\r\nHost: h\r\n\r\n']) {
      const socket = await front.connect()
      socket.pause().write(`GET /1 HTTP/1.1\r\nHost: h\r\n\r\n${behind}`)
      const count = closed.length
      await eventually(() => closed.length > count)
      await closed[count]
      socket.destroy()
    }
  })
}

function * chunks (size: number): Generator<Buffer> {
  const chunk = Buffer.alloc(64 * 1024, '-')
  for (let written = 0; written < size; written += chunk.length) yield chunk
}

t.test('ignoreUpgrades: bytes that wait are all served', async (t) => {
  let finish = (): void => {}
  const front = await listenFront(t, 'plain', (request, response) => {
    if (request.url === '/1') finish = () => { response.end('<1>') }
    else readAll(request).then((body) => { response.end(`<${request.url} ${body.length}>`) }, () => {})
  })
  const socket = await front.connect()
  const heard = listenTo(socket)
  const size = 4 * 1024 * 1024
  let flushed = false
  socket.write(`GET /1 HTTP/1.1\r\nHost: h\r\n\r\nPOST /2 HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: x\r\nContent-Length: ${size}\r\n\r\n`)
  socket.write(Buffer.alloc(size), () => { flushed = true })
  const [server] = await once(front.server, 'request') as [IncomingMessage]
  await eventually(() => server.socket.isPaused())
  t.notOk(flushed, 'what does not fit stays with the client')
  finish()
  await heard.until(`</2 ${size}>`)
  socket.destroy()
})
