// Part `front`: clients over HTTP/1.1, plain and TLS.
import net from 'node:net'
import tls from 'node:tls'
import { createAnswerReader } from './answer-reader.mjs'
import { frontCase } from './front-cases.mjs'
import { tokensIn } from './tokens.mjs'

/** How long a connection may be silent before its end, in ms: 150 pipelined requests take their time on a busy machine. */
const BOUND = 20_000

export const front = {
  name: 'front',
  make: frontCase,
  /** The input as it can be read, and used again. */
  show: ({ kind, transport, ending, parts }) => ({ kind, transport, ending, parts: parts.map((part) => part.toString('latin1')) }),
  run: runConnection
}

/** Runs a case and resolves to what was counted and what is wrong. */
function runConnection (made, world) {
  const { number, parts, methods, expected, ending } = made
  const problems = []
  const reader = createAnswerReader(methods)
  let text = ''
  let atOnce = 0
  return new Promise((resolve) => {
    const secure = made.transport === 'tls' && world.tlsPort !== 0
    const below = net.connect({ port: secure ? world.tlsPort : world.port, host: '127.0.0.1' })
    const socket = secure ? tls.connect({ socket: below, rejectUnauthorized: false, session: world.tlsSession }) : below
    below.on('error', () => {}) // the socket above hears of it
    let over = false
    let ended = false
    const timer = setTimeout(() => { finish(`no end, and nothing for ${BOUND} ms (ending: ${ending}, ${reader.complete} of ${expected.length} answers)`) }, BOUND)
    socket.setNoDelay(true)
    socket.once(secure ? 'secureConnect' : 'connect', () => { write(0) })
    if (secure) socket.on('session', (session) => { world.tlsSession = session })
    socket.on('data', (chunk) => {
      timer.refresh()
      reader.push(chunk)
      if (text.length < 2 << 20) text += chunk.latin1Slice(0, Math.min(chunk.length, 65_536))
      if (world.upstream !== undefined && expected.length > 1) atOnce = Math.max(atOnce, world.upstream.runningOf(number))
      if (ending === 'wait' && reader.complete >= expected.length) halfClose()
    })
    socket.on('error', (err) => { if (!['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'EINVAL'].includes(err.code) && !over) finish(`the client's socket: ${err.message}`) })
    socket.on('close', () => { finish() })

    function write (next) {
      if (over || ended || socket.destroyed) return
      if (next === parts.length) {
        if (ending === 'half-close') halfClose()
        else if (ending === 'abort') leave(() => { socket.destroy() })
        else if (ending === 'reset') leave(() => { below.resetAndDestroy() })
        else if (expected.length === 0) halfClose()
        return
      }
      socket.write(parts[next], () => { setImmediate(write, next + 1) })
    }

    function leave (how) {
      if (number % 3 === 0) setImmediate(how)
      else how()
    }

    function halfClose () {
      if (!ended) socket.end()
      ended = true
    }

    function finish (problem) {
      if (over) return
      over = true
      clearTimeout(timer)
      socket.destroy()
      reader.end()
      if (problem !== undefined) problems.push(problem)
      if (problem === undefined || world.alive()) judge()
      resolve({ requests: made.requests, answers: reader.answers.length, problems })
    }
  })

  function judge () {
    if (!world.alive()) return
    for (const found of tokensIn(text)) if (found.number !== number) problems.push(`the answer to ${found.token} came on another connection`)
    if (!world.embedded && /"statusCode":\d+|FST_ERR|"stack":/.test(text)) problems.push(`an answer that is not the gateway's own: ${JSON.stringify(text.slice(0, 500))}`)
    if (atOnce > 1) problems.push(`${atOnce} calls at once for one connection`)
    // What is no HTTP is answered by the host's own listener, at once.
    if (ending !== 'wait' || (world.embedded && made.kind === 'hostile')) return
    if (reader.problem !== null && reader.complete < expected.length) problems.push(`not HTTP: ${reader.problem}`)
    for (const [i, { token, status }] of expected.entries()) {
      const answer = reader.answers[i]
      if (answer === undefined || !answer.complete) {
        problems.push(`request ${i + 1} of ${expected.length} has ${answer === undefined ? 'no' : 'half an'} answer: ${JSON.stringify(text.slice(-300))}`)
        return
      }
      if (status !== null && answer.status !== status && !(world.embedded && status > 200)) problems.push(`request ${i + 1}: ${answer.status} in place of ${status}`)
      if (answer.status === 200 && methods[i] !== 'HEAD' && methods[i] !== 'OPTIONS' && !answer.body.includes(token)) problems.push(`request ${i + 1}: the answer is not that to its token ${token}: ${JSON.stringify(answer.body.slice(0, 200))}`)
    }
  }
}
