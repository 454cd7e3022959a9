// Part `http2`: clients over HTTP/2, with TLS and in the clear, that end their streams and sessions at every moment.
import http2 from 'node:http2'
import net from 'node:net'
import { tokenOf, tokensIn } from './tokens.mjs'

const BOUND = 10_000

export const http2Front = {
  name: 'http2',
  make: (random, number) => random.chance(0.85) ? sessionCase(random, number) : rawCase(random, number),
  show: (made) => made.raw ? { ...made, bytes: made.bytes.toString('latin1') } : made,
  run: (made, world) => made.raw ? runRaw(made, world) : runSession(made, world)
}

/** Streams of one session, with the moment at which each is reset, if it is. */
function sessionCase (random, number) {
  const streams = Array.from({ length: random.weighted([[3, 4], [4, 12], [1, 60]]) }, (_, i) => {
    const [method, name, status] = random.weighted([[8, ['GET', 'json', 200]], [3, ['GET', 'dec', 200]], [2, ['GET', 'slow', 200]], [1, ['GET', 'big', 200]], [2, ['GET', 'merge', 200]], [3, ['POST', 'up', 200]], [2, ['POST', 'updec', 200]], [1, ['POST', 'guarded', 401]], [1, ['POST', 'early', 200]], [1, ['GET', 'nowhere', 404]], [1, ['DELETE', 'json', 405]], [1, ['GET', 'never', null]]])
    const body = method === 'POST' ? random.weighted([[5, 100], [2, 20_000], [1, 200_000]]) : 0
    const reset = name === 'never' ? 'later' : random.weighted([[6, null], [1, 'at once'], [1, 'next turn'], [1, 'later'], [1, 'at the answer'], [1, 'in the answer'], [1, 'in the upload']])
    return { token: tokenOf(number, i), method, name, status, body, reset, after: random.between(0, 12), code: random.of([0, 1, 2, 5, 7, 8, 11, 0xff]) }
  })
  return { number, raw: false, transport: random.chance(0.3) ? 'tls' : 'plain', streams, together: random.chance(0.6), end: random.weighted([[6, 'close'], [2, 'destroy'], [1, 'destroy early']]), after: random.between(0, 20) }
}

/** Frames that are none, behind the preface. */
function rawCase (random, number) {
  const frames = [Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), frame(4, 0, 0, Buffer.alloc(0))]
  const get = Buffer.concat([Buffer.from([0x82, 0x86, 0x04]), hpackText(`/json/${tokenOf(number, 0)}`), Buffer.from([0x41]), hpackText('a.test')])
  let stream = 1
  for (let i = random.between(1, 12); i > 0; i--) {
    frames.push(random.weighted([
      [4, () => { const made = frame(1, 5, stream, get); stream += 2; return made }],
      [2, () => frame(random.between(0, 14), random.between(0, 255), random.of([0, 1, stream, 2, 0x7fffffff]), random.bytes(random.between(0, 40)))],
      [1, () => frame(3, 0, random.of([1, stream, stream - 2]), Buffer.from([0, 0, 0, 8]))],
      [1, () => frame(8, 0, random.of([0, 1]), Buffer.from(random.of([[0, 0, 0, 0], [0x7f, 255, 255, 255]])))],
      [1, () => frame(4, 0, 0, Buffer.from([0, random.between(0, 9), ...random.bytes(4)]))],
      [1, () => frame(1, random.of([0, 1, 4, 5, 0x25]), stream, random.bytes(random.between(1, 60)))],
      [1, () => frame(9, random.of([0, 4]), stream, random.bytes(8))],
      [1, () => frame(0, random.of([0, 1, 8]), random.of([1, stream]), random.bytes(random.between(0, 100)))],
      [1, () => frame(6, random.of([0, 1]), 0, random.bytes(random.of([8, 8, 7])))],
      [1, () => frame(7, 0, 0, random.bytes(8))],
      [1, () => random.bytes(random.between(1, 30))]
    ])())
  }
  const bytes = Buffer.concat(frames)
  return { number, raw: true, bytes: random.chance(0.3) ? bytes.subarray(0, random.between(1, bytes.length)) : bytes, ending: random.of(['half-close', 'half-close', 'abort', 'reset']) }
}

function frame (type, flags, stream, payload) {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head[3] = type
  head[4] = flags
  head.writeUInt32BE(stream >>> 0, 5)
  return Buffer.concat([head, payload])
}

/** A text in HPACK without Huffman coding (RFC 7541, 5.2). */
function hpackText (text) {
  return Buffer.concat([Buffer.from([text.length]), Buffer.from(text)])
}

function runSession ({ number, transport, streams, together, end, after }, world) {
  const problems = []
  let answers = 0
  return new Promise((resolve) => {
    const session = transport === 'tls' ? http2.connect(`https://127.0.0.1:${world.tlsPort}`, { rejectUnauthorized: false }) : http2.connect(`http://127.0.0.1:${world.port}`)
    let left = streams.length
    let destroyed = false
    const timer = setTimeout(() => {
      if (world.alive()) problems.push(`${left} of ${streams.length} streams have no end within ${BOUND} ms, or the session has none (${end}, connecting ${session.connecting}, closed ${session.closed}, destroyed ${session.destroyed})`)
      session.destroy()
      over()
    }, BOUND)
    session.on('error', (err) => { if (!destroyed && world.alive()) problems.push(`the session: ${err.message}`) })
    const over = () => {
      clearTimeout(timer)
      clearInterval(ending)
      resolve({ requests: streams.length, answers, problems })
    }
    session.on('close', over)
    // Node's client never says `close` of a stream that is closed without an error (code 0), by either side, while it still writes.
    const unfinished = new Map()
    let kept = false
    const ending = setInterval(() => {
      for (const [stream, over] of unfinished) {
        if (!stream.closed || stream.writableFinished || stream.destroyed) continue
        kept = true
        over()
      }
    }, 500)
    if (end === 'destroy early') setTimeout(() => { destroyed = true; session.destroy() }, after)
    session.once('connect', () => {
      if (session.destroyed) return
      if (together) for (const stream of streams) open(stream)
      else next(0)
    })

    function next (i) {
      if (i < streams.length && !session.destroyed) open(streams[i], () => { next(i + 1) })
    }

    function open ({ token, method, name, status, body, reset, after, code }, done = () => {}) {
      const stream = session.request({ ':method': method, ':path': `/${name}/${token}`, ...body > 0 && { 'content-type': 'application/json' } }, { endStream: body === 0 })
      const state = { status: 0, text: '', ended: false, reset: false, length: 0 }
      const cancel = () => {
        state.reset = true
        stream.close(code)
        if (body > 0) unfinished.set(stream, over)
      }
      stream.on('response', (headers) => {
        state.status = headers[':status']
        answers++
        if (reset === 'at the answer') cancel()
      })
      stream.on('data', (chunk) => {
        state.length += chunk.length
        if (state.text.length < 20_000) state.text += chunk.latin1Slice()
        if (reset === 'in the answer') cancel()
      })
      stream.on('end', () => {
        state.ended = true
        if (body > 0) unfinished.set(stream, over)
      })
      stream.on('error', () => {})
      let isOver = false
      const over = () => {
        unfinished.delete(stream)
        if (isOver) return
        isOver = true
        left--
        judge(state)
        done()
        if (left === 0 && !session.destroyed) finish()
      }
      stream.on('close', over)
      if (body > 0) {
        const text = JSON.stringify({ token, filler: 'f'.repeat(body) })
        if (reset === 'in the upload') {
          stream.write(text.slice(0, text.length / 2))
          setTimeout(cancel, after)
        } else stream.end(text)
      }
      if (reset === 'at once') cancel()
      else if (reset === 'next turn') setImmediate(cancel)
      else if (reset === 'later') setTimeout(cancel, after)

      function judge (state) {
        if (!world.alive()) return
        for (const found of tokensIn(state.text)) if (found.token !== token) problems.push(`the answer to ${found.token} came to ${token}`)
        if (/"statusCode":\d+|FST_ERR|"stack":/.test(state.text)) problems.push(`an answer that is not the gateway's own: ${JSON.stringify(state.text.slice(0, 300))}`)
        if (state.reset || destroyed) return
        if (state.status === 0) problems.push(`${method} /${name} has no answer: closed with ${stream.rstCode}`)
        else if (status !== null && state.status !== status) problems.push(`${method} /${name}: ${state.status} in place of ${status}`)
        else if (!state.ended) problems.push(`${method} /${name}: half an answer, closed with ${stream.rstCode}`)
        else if (status === 200 && !state.text.includes(token)) problems.push(`${method} /${name}: the answer is not that to ${token}`)
      }
    }

    function finish () {
      destroyed = true
      if (end === 'destroy' || kept) session.destroy()
      else session.close()
    }
  })
}

function runRaw ({ number, bytes, ending }, world) {
  const problems = []
  return new Promise((resolve) => {
    let text = ''
    const socket = net.connect({ port: world.port, host: '127.0.0.1' })
    const timer = setTimeout(() => {
      if (world.alive()) problems.push(`no end within ${BOUND} ms (${ending})`)
      socket.destroy()
    }, BOUND)
    socket.on('data', (chunk) => { text += chunk.latin1Slice() })
    socket.on('error', () => {})
    socket.on('close', () => {
      clearTimeout(timer)
      for (const found of tokensIn(text)) if (found.number !== number) problems.push(`the answer to ${found.token} came on another connection`)
      resolve({ requests: 1, answers: text === '' ? 0 : 1, problems })
    })
    socket.write(bytes, () => {
      if (ending === 'half-close') socket.end()
      else if (ending === 'abort') socket.destroy()
      else socket.resetAndDestroy()
    })
  })
}
