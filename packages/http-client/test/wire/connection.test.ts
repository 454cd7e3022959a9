import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import fc from 'fast-check'
import t from 'tap'
import { isLong } from '@floodgate/testing'
import { call, startCall, startClient } from '../support/clients.ts'
import { startRaw } from '../support/raw.ts'

/** What a server does with one request, beside answering it with its path. */
const manners = ['length', 'chunks', 'until close', 'pieces', 'interim', 'close after', 'second answer', 'garbage behind', 'unasked later', 'end later', 'reset later', 'split second answer', 'second answer with the next', 'unasked with the next', 'says close', 'odd', 'no answer, end', 'cut'] as const
type Manner = typeof manners[number]

const foreign = 'HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nFOREIGN'

/** Answers each request with its own path, in the manner that the path names. */
async function startMannered (t: Parameters<typeof startRaw>[0]): Promise<{ url: string, requests: () => number }> {
  let requests = 0
  const { port } = await startRaw(t, (socket) => {
    let seen = ''
    const owed = { text: '' }
    // Otherwise what nobody asked for waits in the kernel until the next request is there.
    socket.setNoDelay(true).setEncoding('latin1').on('error', () => {}).on('data', (text: string) => {
      seen += text
      for (let end; (end = seen.indexOf('\r\n\r\n')) >= 0;) {
        const path = seen.slice(0, end).split(' ')[1]!
        seen = seen.slice(end + 4)
        requests++
        answer(socket, path, owed).catch(() => {})
      }
    })
  })
  return { url: `http://127.0.0.1:${port}`, requests: () => requests }
}

/** After two turns of the event loop: after one, the client would read it together with what was sent before. */
function later (socket: Socket, what: () => void): void {
  setImmediate(() => { setImmediate(() => { if (!socket.destroyed) what() }) })
}

/** @param owed what is sent in front of the answer to the next request of the connection, if there is one */
async function answer (socket: Socket, path: string, owed: { text: string }): Promise<void> {
  if (owed.text !== '') {
    socket.write(owed.text)
    owed.text = ''
  }
  const manner = decodeURIComponent(path.split('/')[2]!) as Manner
  const whole = `HTTP/1.1 200 OK\r\nContent-Length: ${path.length}\r\n\r\n${path}`
  switch (manner) {
    case 'length': socket.write(whole); break
    case 'chunks': socket.write(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${path.length.toString(16)}\r\n${path}\r\n0\r\n\r\n`); break
    case 'until close': socket.end(`HTTP/1.1 200 OK\r\n\r\n${path}`); break
    case 'pieces': for (const character of whole) { socket.write(character); await new Promise(setImmediate) } break
    case 'interim': socket.write(`HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n${whole}`); break
    case 'close after': socket.end(whole.replace('\r\n', '\r\nConnection: close\r\n')); break
    case 'second answer': socket.write(whole + foreign); break
    case 'garbage behind': socket.write(`${whole}garbage`); break
    case 'unasked later': socket.write(whole); later(socket, () => { socket.write(foreign) }); break
    case 'end later': socket.write(whole); later(socket, () => { socket.end() }); break
    case 'reset later': socket.write(whole); later(socket, () => { socket.resetAndDestroy() }); break
    case 'split second answer': socket.write(whole + foreign.slice(0, 20)); later(socket, () => { socket.write(foreign.slice(20)) }); break
    case 'second answer with the next':
      owed.text = foreign.slice(20)
      socket.write(whole + foreign.slice(0, 20))
      break
    case 'unasked with the next':
      owed.text = foreign.slice(20)
      socket.write(whole)
      later(socket, () => { socket.write(foreign.slice(0, 20)) })
      break
    case 'says close': socket.write(whole.replace('\r\n', '\r\nConnection: close\r\n')); break
    case 'odd': socket.write(whole.replaceAll('\r\n', '\n')); break
    case 'no answer, end': socket.end(); break
    case 'cut': socket.end(whole.slice(0, -1)); break
  }
}

t.test('Connection: no bytes of one answer reach another call, whatever a server sends (property)', { timeout: 0 }, async (t) => {
  const server = await startMannered(t)
  let number = 0
  await fc.assert(fc.asyncProperty(fc.array(fc.record({ manner: fc.constantFrom(...manners), isPost: fc.boolean(), pause: fc.constantFrom(0, 0, 1, 5) }), { minLength: 2, maxLength: 12 }), async (steps) => {
    const client = startClient(t, { own: { maxConnections: 1 } })
    for (const { manner, isPost, pause } of steps) {
      const path = `/${number++}/${encodeURIComponent(manner)}`
      const { body, status, error } = await call(client.dispatcher, server.url, path, { method: isPost ? 'POST' : 'GET', timeout: 20_000 })
      const isWhole = manner !== 'no answer, end' && manner !== 'cut'
      // An answer that came is the call's own, or the start of it.
      if (!path.startsWith(body)) throw new Error(`${path} got ${body}`)
      if (error === null && (!isWhole || status !== 200 || body !== path)) throw new Error(`${path} got ${status} ${body}`)
      // A GET that was lost to the end of the one before is repeated; a POST may fail.
      if (error !== null && isWhole && !isPost) throw error
      if (pause > 0) await delay(pause)
    }
    const { calls, pools } = client.stats()
    if (calls !== 0 || pools[0]!.open > 1) throw new Error('a call or a connection is left')
  }), { numRuns: isLong ? 2000 : 60, seed: 1 })
})

t.test('Connection: what comes behind an answer ends the connection, and the next call has another one', async (t) => {
  const server = await startMannered(t)
  for (const [manner, opened] of [['length', 1], ['chunks', 1], ['interim', 1], ['pieces', 1], ['second answer', 3], ['garbage behind', 3], ['split second answer', 3], ['second answer with the next', 3], ['unasked with the next', 3], ['says close', 3], ['odd', 3], ['close after', 3], ['until close', 3]] as const) {
    const client = startClient(t)
    for (let i = 0; i < 3; i++) {
      const path = `/${i}/${encodeURIComponent(manner)}`
      t.match(await call(client.dispatcher, server.url, path), { status: 200, body: path, error: null }, manner)
    }
    t.equal(client.stats().pools[0]!.opened, opened, manner)
  }
})

t.test('Connection: Expect: 100-continue waits for an interim answer, for the time that is set, or for nothing', async (t) => {
  const log: string[] = []
  const { port } = await startRaw(t, (socket) => {
    socket.setEncoding('latin1').on('error', () => {}).on('data', (text: string) => {
      log.push(text.includes('\r\n\r\n') ? `head${text.endsWith('\r\n\r\n') ? '' : ' and body'}` : 'body')
      if (text.startsWith('POST /continue')) socket.write('HTTP/1.1 100 Continue\r\n\r\n')
      if (text.startsWith('POST /refuse')) socket.write('HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n')
      else if (text.endsWith('BODY')) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
    })
  })
  const options = { method: 'POST', body: 'BODY', headers: { expect: '100-continue' } }
  const url = `http://127.0.0.1:${port}`
  const waiting = startClient(t, { transport: { expectContinueTimeout: 10_000 } })
  t.match(await call(waiting.dispatcher, url, '/continue', options), { status: 200 })
  t.strictSame(log.splice(0), ['head', 'body'])
  t.match(await call(waiting.dispatcher, url, '/refuse', options), { status: 417 })
  t.strictSame(log.splice(0), ['head'], 'a body that is refused is not sent')
  const impatient = startClient(t, { transport: { expectContinueTimeout: 20 } })
  t.match(await call(impatient.dispatcher, url, '/silent', options), { status: 200 })
  t.strictSame(log.splice(0), ['head', 'body'])
  t.match(await call(startClient(t).dispatcher, url, '/at-once', options), { status: 200 })
  t.strictSame(log.splice(0), ['head and body'])
  t.equal(waiting.stats().pools[0]!.opened, 1, 'the connection is used again after 100, and closed after 417')
  t.equal(waiting.stats().pools[0]!.open, 0)
})

t.test('Connection: a server\'s Keep-Alive: timeout is not used to its last second', async (t) => {
  const { port, accepted } = await startRaw(t, (socket) => {
    socket.on('error', () => {}).on('data', () => { socket.write('HTTP/1.1 200 OK\r\nKeep-Alive: timeout=1\r\nContent-Length: 0\r\n\r\n') })
  })
  const client = startClient(t)
  const url = `http://127.0.0.1:${port}`
  await call(client.dispatcher, url, '/')
  await call(client.dispatcher, url, '/')
  t.equal(accepted(), 1)
  while (client.stats().pools[0]!.open > 0) await delay(20)
  await call(client.dispatcher, url, '/')
  t.equal(accepted(), 2)
})

t.test('Connection: a call that was given up before it was sent, or cannot be sent, does not make its connection younger', async (t) => {
  for (const isSendable of [true, false]) {
    const ended: true[] = []
    const { port } = await startRaw(t, (socket) => {
      socket.on('error', () => {}).on('close', () => { ended.push(true) }).on('data', () => { socket.write('HTTP/1.1 200 OK\r\nKeep-Alive: timeout=1\r\nContent-Length: 0\r\n\r\n') })
    })
    const client = startClient(t)
    const url = `http://127.0.0.1:${port}`
    await call(client.dispatcher, url, '/')
    // Another connection may be opened for one of these calls when that of the first is over.
    for (let i = 0; i < 300 && ended.length === 0; i++) {
      const unsent = startCall(client.dispatcher, { origin: url, path: '/', headers: isSendable ? {} : { 'no name': '' } })
      if (isSendable) unsent.abort()
      t.not((await unsent.ended).error, null)
      await delay(10)
    }
    t.not(ended.length, 0, isSendable ? 'given up' : 'cannot be sent')
  }
})

t.test('Connection: heads in single bytes, and of a megabyte, cost time in proportion', async (t) => {
  const field = `X-Field: ${'v'.repeat(90)}\r\n`
  const head = `HTTP/1.1 200 OK\r\n${field.repeat(9000)}Content-Length: 0\r\n\r\n`
  const { port } = await startRaw(t, (socket) => {
    socket.setNoDelay(true).on('error', () => {}).on('data', () => { for (let at = 0; at < head.length; at += 20_000) socket.write(head.slice(at, at + 20_000)) })
  })
  const { dispatcher } = startClient(t)
  t.match(await call(dispatcher, `http://127.0.0.1:${port}`, '/'), { status: 200, error: null })
})
