// Part `http2`: clients over HTTP/2, with TLS and in the clear. They write their frames themselves: Node's own client ends its
// process when streams are reset while it reads (https://github.com/nodejs/node/pull/64166).
import net from 'node:net'
import tls from 'node:tls'
import { http2Case } from './http2-cases.mjs'
import * as h2 from './http2-frames.mjs'
import { resetSocket } from './reset-socket.mjs'
import { tokensIn } from './tokens.mjs'

/** How long a connection may be silent before its end, in ms: sessions that say nothing end after 9 s. */
const BOUND = 20_000

export const http2Front = {
  name: 'http2',
  make: http2Case,
  show: (made) => made.kind === 'polite' ? made : { ...made, bytes: made.bytes.toString('latin1') },
  run: (made, world) => made.kind === 'polite' ? runPolite(made, world) : runBytes(made, world)
}

/** Floods are written one after the other: together they would only show how busy a thousand requests keep a process. */
let flooding = Promise.resolve()

/** Waits for its turn; the next flood has its own `ms` after the function that is given back was called. */
async function waitForFloods (ms) {
  const before = flooding
  let release
  flooding = new Promise((resolve) => { release = () => { setTimeout(resolve, ms) } })
  await before
  return release
}

/** Opens a connection. `below` is its TCP socket, `until` calls back when it can be written to. */
function connect (world, transport, until) {
  const secure = transport === 'tls' && world.tlsPort !== 0
  const below = net.connect({ port: secure ? world.tlsPort : world.port, host: '127.0.0.1' }).setNoDelay(true)
  below.on('error', () => {}) // the socket above hears of it
  const socket = secure ? tls.connect({ socket: below, rejectUnauthorized: false, ALPNProtocols: ['h2'] }) : below
  socket.on('error', () => {})
  socket.once(secure ? 'secureConnect' : 'connect', until)
  return { socket, below }
}

/** A client that keeps to the protocol: each of its streams has to be answered, or be reset by it. */
function runPolite (made, world) {
  const { number, transport, streams, together, windows, end, after } = made
  const problems = []
  let answers = 0
  return new Promise((resolve) => {
    const open = new Map() // number of a stream → its state
    const held = []
    let left = streams.length
    let leaving = false
    let last = null
    let window = h2.WINDOW
    let streamWindow = h2.WINDOW
    const { socket, below } = connect(world, transport, () => {
      write(h2.preface, h2.settings([1, 0], [4, windows]), h2.numbered(h2.WINDOW_UPDATE, 0, 1 << 20))
      if (end.endsWith('early')) setTimeout(leave, after)
      if (together) for (let i = 0; i < streams.length; i++) begin(i)
      else begin(0)
    })
    const timer = setTimeout(() => { over(`no end, and nothing for ${BOUND} ms (${end}, ${leaving ? 'leaving' : `${left} of ${streams.length} streams are open: ${[...open.values()].map(({ asked }) => asked.name).join(', ')}`})`) }, BOUND)
    const read = h2.createFrameReader(take)
    socket.on('data', (chunk) => {
      timer.refresh()
      read(chunk)
    })
    socket.on('close', () => { over(leaving || !world.alive() ? undefined : `the connection ended with ${left} of ${streams.length} streams open${last === null ? '' : `: GOAWAY ${last}`}`) })

    function write (...frames) {
      if (!socket.destroyed && !socket.writableEnded) socket.write(Buffer.concat(frames))
    }

    function begin (i) {
      if (leaving || i >= streams.length) return
      const asked = streams[i]
      const id = 2 * i + 1
      const state = { i, id, asked, status: 0, block: [], text: '', ended: false, reset: false, window: streamWindow, left: null }
      open.set(id, state)
      if (asked.body > 0) state.left = Buffer.from(JSON.stringify({ token: asked.token, filler: 'f'.repeat(asked.body) }))
      if (asked.noise !== '') write(Buffer.from(asked.noise, 'latin1'))
      const block = h2.requestBlock({ method: asked.method, path: `/${asked.name}/${asked.token}`, fields: asked.body > 0 ? [['content-type', 'application/json']] : [] })
      write(h2.headers(id, block, { endStream: asked.body === 0, parts: asked.parts, padding: asked.padding }))
      if (asked.reset === 'at once') cancel(state)
      else if (asked.reset === 'next turn') setImmediate(cancel, state)
      else if (asked.reset === 'later') setTimeout(cancel, asked.after, state)
      upload(state)
    }

    /** Writes as much of a body as the windows allow. */
    function upload (state) {
      if (leaving) return
      while (state.left !== null) {
        const size = Math.min(h2.FRAME_SIZE, window, state.window, state.left.length)
        if (size <= 0) { held.push(state); return }
        const half = state.asked.reset === 'in the upload' && state.left.length <= state.asked.body / 2
        if (half) { cancel(state); return }
        window -= size
        state.window -= size
        const part = state.left.subarray(0, size)
        state.left = state.left.length === size ? null : state.left.subarray(size)
        write(h2.frame(h2.DATA, state.left === null ? h2.END_STREAM : 0, state.id, part))
      }
    }

    function goOn () {
      for (const state of held.splice(0)) if (open.has(state.id)) upload(state)
    }

    function cancel (state) {
      if (!open.has(state.id)) return
      write(h2.numbered(h2.RST_STREAM, state.id, state.asked.code))
      state.reset = true
      finish(state)
    }

    function take ({ type, flags, stream, payload }) {
      const state = open.get(stream)
      if (type === h2.PING && !(flags & h2.ACK)) write(h2.frame(h2.PING, h2.ACK, 0, payload))
      else if (type === h2.GOAWAY) {
        last = `${payload.readUInt32BE(4)} ${payload.subarray(8).toString('latin1')}`
        // No stream below its number is lost by that.
        if (payload.readUInt32BE(4) !== 0 && !leaving) problems.push(`GOAWAY ${last} to a client that keeps to the protocol`)
      } else if (type === h2.SETTINGS && !(flags & h2.ACK)) {
        for (let at = 0; at + 6 <= payload.length; at += 6) {
          if (payload.readUInt16BE(at) !== 4) continue
          const size = payload.readUInt32BE(at + 2)
          for (const { id } of open.values()) open.get(id).window += size - streamWindow
          streamWindow = size
        }
        write(h2.frame(h2.SETTINGS, h2.ACK))
        goOn()
      } else if (type === h2.WINDOW_UPDATE) {
        if (stream === 0) window += payload.readUInt32BE(0)
        else if (state !== undefined) state.window += payload.readUInt32BE(0)
        goOn()
      } else if (type === h2.DATA) {
        if (payload.length > 0) write(h2.numbered(h2.WINDOW_UPDATE, 0, payload.length), ...state === undefined || flags & h2.END_STREAM ? [] : [h2.numbered(h2.WINDOW_UPDATE, stream, payload.length)])
        if (state === undefined) return
        if (state.text.length < 20_000) state.text += payload.latin1Slice()
        if (flags & h2.END_STREAM) state.ended = true
        if (state.asked.reset === 'in the answer' && !state.ended) cancel(state)
        else if (state.ended) finish(state)
      } else if ((type === h2.HEADERS || type === h2.CONTINUATION) && state !== undefined) {
        state.block.push(payload)
        if (type === h2.HEADERS && flags & h2.END_STREAM) state.ended = true
        if (!(flags & h2.END_HEADERS)) return
        if (state.status < 200) state.status = h2.readStatus(Buffer.concat(state.block.splice(0)))
        if (state.status >= 200) answers++
        if (state.asked.reset === 'at the answer' && !state.ended) cancel(state)
        else if (state.ended) finish(state)
      } else if (type === h2.RST_STREAM && state !== undefined) {
        state.code = payload.readUInt32BE(0)
        // An answer that came before the end of the upload.
        if (!state.ended) judge(state, `the stream is reset with ${state.code}`)
        finish(state, false)
      }
    }

    function finish (state, judged = true) {
      if (!open.delete(state.id)) return
      if (judged) judge(state)
      left--
      if (!together) setImmediate(begin, state.i + 1)
      // What the server still asks for: the rest of an upload that is answered.
      if (state.ended && state.left !== null && !state.reset) write(h2.numbered(h2.RST_STREAM, state.id, 8))
      if (left === 0 && !leaving) setImmediate(leave)
    }

    function judge ({ asked, status, text, ended, reset }, how = 'half an answer') {
      if (!world.alive()) return
      for (const found of tokensIn(text)) if (found.token !== asked.token) problems.push(`the answer to ${found.token} came to ${asked.token}`)
      if (/"statusCode":\d+|FST_ERR|"stack":/.test(text)) problems.push(`an answer that is not the gateway's own: ${JSON.stringify(text.slice(0, 300))}`)
      if (reset || leaving) return
      const { method, name } = asked
      if (status === 0) problems.push(`${method} /${name} has no answer: ${how}`)
      else if (asked.status !== null && status !== asked.status) problems.push(`${method} /${name}: ${status} in place of ${asked.status}`)
      else if (!ended) problems.push(`${method} /${name}: ${how}`)
      else if (asked.status === 200 && !text.includes(asked.token)) problems.push(`${method} /${name}: the answer is not that to ${asked.token}`)
    }

    function leave () {
      if (leaving) return
      leaving = true
      if (end.startsWith('abort')) socket.destroy()
      else if (end.startsWith('reset')) resetSocket(below)
      else if (end === 'half-close') socket.end()
      // The server answers with its own, and ends the connection; a client has to close its side, too.
      else socket.write(h2.goaway(0, 0))
    }

    let done = false
    function over (problem) {
      if (done) return
      done = true
      clearTimeout(timer)
      if (problem !== undefined && world.alive()) problems.push(`case ${number}: ${problem}`)
      socket.destroy()
      resolve({ requests: streams.length, answers, problems })
    }
  })
}

/** A client that writes what it likes: its connection has to end, and holds no other one's answers. */
async function runBytes ({ number, kind, transport, bytes, cuts, reads, ending, after }, world) {
  const problems = []
  const release = kind.startsWith('flood') ? await waitForFloods(100) : () => {}
  return new Promise((resolve) => {
    let text = ''
    const { socket, below } = connect(world, transport, () => { write([0, ...cuts, bytes.length], 1) })
    const timer = setTimeout(() => { over(`no end, and nothing for ${BOUND} ms (${kind}, ${ending})`) }, BOUND)
    socket.on('close', () => { over() })
    if (reads) {
      socket.on('data', (chunk) => {
        timer.refresh()
        if (text.length < 1 << 20) text += chunk.latin1Slice()
      })
    } else socket.pause()

    function write (places, i) {
      if (socket.destroyed) return
      if (i < places.length) {
        socket.write(bytes.subarray(places[i - 1], places[i]), () => { setImmediate(write, places, i + 1) })
        return
      }
      release()
      setTimeout(() => {
        if (socket.destroyed) return
        if (ending === 'half-close') {
          socket.end()
          socket.resume() // or its end is never seen
        } else if (ending === 'abort') socket.destroy()
        else resetSocket(below)
      }, after)
    }

    let done = false
    function over (problem) {
      if (done) return
      done = true
      clearTimeout(timer)
      release()
      if (problem !== undefined && world.alive()) problems.push(problem)
      socket.destroy()
      if (world.alive()) {
        for (const found of tokensIn(text)) if (found.number !== number) problems.push(`the answer to ${found.token} came on another connection`)
        if (/"statusCode":\d+|FST_ERR|"stack":/.test(text)) problems.push(`an answer that is not the gateway's own: ${JSON.stringify(text.slice(0, 300))}`)
      }
      resolve({ requests: 1, answers: text === '' ? 0 : 1, problems })
    }
  })
}
