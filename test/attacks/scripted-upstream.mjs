// Upstreams that answer with the very bytes of a plan: over TCP, over TLS, and behind a forward proxy with faults of its own.
import net from 'node:net'
import tls from 'node:tls'
import { createOpenSockets } from './open-sockets.mjs'
import { hash } from './random.mjs'
import { resetSocket } from './reset-socket.mjs'
import { tokensIn } from './tokens.mjs'

/**
 * Starts a server that answers calls by their plans, `plans.get(token)`:
 * `{ bytes, cuts, stop, end }`: the bytes in portions that end at `cuts`; with `stop` only so many of them; then `end`:
 * `keep` reads the next request, `fin`, `rst` and `hang` do what they say.
 */
export async function startScriptedServer ({ plans, secure, name = 'upstream' }) {
  const sockets = createOpenSockets()
  const running = new Map()
  const serve = (socket) => {
    const below = secure ? socket._parent ?? socket : socket
    let text = ''
    sockets.add(socket, name)
    socket.setNoDelay(true)
    socket.on('error', () => {})
    socket.on('close', () => { running.delete(socket) })
    socket.on('data', (chunk) => {
      text += chunk.latin1Slice()
      for (;;) {
        const end = text.indexOf('\r\n\r\n')
        if (end < 0) return
        const head = text.slice(0, end)
        const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0)
        const chunked = /^transfer-encoding:/im.test(head)
        const whole = chunked ? text.indexOf('0\r\n\r\n', end + 4) + 5 : end + 4 + length
        if (whole < end + 4 || text.length < whole) return
        text = text.slice(whole)
        const [path] = head.split('\r\n')
        const [found] = tokensIn(path)
        const plan = (path.includes('/second') ? undefined : plans.get(found?.token)) ?? { bytes: Buffer.from('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 7\r\n\r\n{"b":2}'), cuts: [], stop: null, end: 'keep' }
        answer(socket, below, plan, found?.token)
      }
    })
  }
  const server = secure ? tls.createServer(secure, serve) : net.createServer(serve)
  server.on('tlsClientError', () => {})
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  return {
    port: server.address().port,
    sockets,
    running,
    close () {
      server.close()
      sockets.destroy()
    }
  }

  function answer (socket, below, { bytes, cuts, stop, end }, token) {
    const sent = stop === null ? bytes : bytes.subarray(0, stop)
    const places = [0, ...cuts.filter((cut) => cut < sent.length), sent.length]
    running.set(socket, { token, kind: end })
    next(1)

    function next (i) {
      if (socket.destroyed) return
      if (i < places.length) {
        if (places[i] > places[i - 1]) socket.write(sent.subarray(places[i - 1], places[i]))
        if (i % 3 === 0) setTimeout(next, 1, i + 1)
        else setImmediate(next, i + 1)
        return
      }
      if (end !== 'hang') running.delete(socket)
      if (end === 'fin') socket.end()
      else if (end === 'rst') {
        try {
          resetSocket(below)
        } catch {
          socket.destroy()
        }
      }
    }
  }
}

/** The faults of the proxy, each at a host name of its own: `NAME.test`. */
export const proxyFaults = ['ok', 'refuses', 'wants', 'garbage', 'cuts', 'ends', 'slow', 'resets', 'shakes', 'breaks', 'flaky', 'extra', 'silent', 'long', 'old', 'split']

/** Starts a forward proxy that leads every name to `target`, by CONNECT or in absolute form, with the fault of the name. */
export async function startFaultyProxy ({ target, plainTarget }) {
  const sockets = createOpenSockets()
  let count = 0
  const server = net.createServer({ allowHalfOpen: true }, (socket) => {
    const turn = hash(`proxy${count++}`)
    sockets.add(socket, 'proxy')
    socket.setNoDelay(true)
    socket.on('error', () => {})
    let text = Buffer.alloc(0)
    const read = (chunk) => {
      text = Buffer.concat([text, chunk])
      const end = text.indexOf('\r\n\r\n')
      if (end < 0) return
      socket.off('data', read)
      const [method, address] = text.latin1Slice(0, end).split(' ')
      const fault = /(\w+)\.test/.exec(address)?.[1] ?? 'ok'
      if (method === 'CONNECT') connect(fault, text.subarray(end + 4))
      else if (fault === 'ok') pass(text.latin1Slice(0, text.length).replace(/^(\S+) http:\/\/[^/]*/, '$1 '))
      else refuse(fault)
    }
    socket.on('data', read)
    socket.on('end', () => { socket.end() })

    function pass (head) {
      const out = open(plainTarget)
      out.write(Buffer.from(head, 'latin1'))
      socket.pipe(out).pipe(socket)
    }

    function open (port) {
      const out = net.connect(port, '127.0.0.1').setNoDelay(true)
      sockets.add(out, 'proxy to its target')
      out.on('error', () => { socket.destroy() })
      out.on('close', () => {
        socket.end()
        socket.resume() // so that the gateway's end is seen
      })
      socket.on('close', () => { out.destroy() })
      return out
    }

    function refuse (fault) {
      socket.resume()
      const say = (said, how = 'end') => { socket.write(Buffer.from(said, 'latin1'), () => { if (how === 'end') socket.end(); else if (how === 'rst') resetSocket(socket) }) }
      switch (fault) {
        case 'refuses': return say('HTTP/1.1 503 No\r\nContent-Length: 2\r\n\r\nno')
        case 'wants': return say('HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n')
        case 'garbage': return say('\x16\x03\x01\x00\xff\x00 what\r\n\r\n')
        case 'cuts': return say('HTTP/1.1 200 O'.slice(0, turn % 15), 'rst')
        case 'ends': return say('HTTP/1.1 200 OK\r\nX: '.slice(0, turn % 20))
        case 'silent': return
        case 'long': return say(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(200_000)}\r\n\r\n`)
        default: return say('HTTP/1.1 502 No\r\nContent-Length: 0\r\n\r\n')
      }
    }

    function connect (fault, first) {
      if (['refuses', 'wants', 'garbage', 'cuts', 'ends', 'silent', 'long'].includes(fault)) return refuse(fault)
      const head = { old: 'HTTP/1.0 200 OK\r\n\r\n', extra: 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nmore' }[fault] ?? 'HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\n'
      if (fault === 'resets') {
        socket.write(head, () => { resetSocket(socket) })
        return
      }
      const out = open(target)
      if (first.length > 0) out.write(first)
      if (fault === 'split') for (const letter of head) socket.write(letter)
      else if (fault === 'slow') setTimeout(() => { socket.write(head) }, turn % 60)
      else socket.write(head)
      let passed = 0
      const limit = fault === 'shakes' ? turn % 1200 : fault === 'breaks' ? 1200 + turn % 3000 : Infinity
      out.on('data', (chunk) => {
        passed += chunk.length
        if (passed <= limit) socket.write(chunk)
        else socket.write(chunk.subarray(0, chunk.length - (passed - limit)), () => { resetSocket(socket) })
      })
      socket.pipe(out)
      if (fault === 'flaky') setTimeout(() => { if (!socket.destroyed) resetSocket(socket) }, 5 + turn % 80)
    }
  })
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  return {
    port: server.address().port,
    sockets,
    close () {
      server.close()
      sockets.destroy()
    }
  }
}
