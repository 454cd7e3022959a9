// A thread that asks for /__health while the gateway is under attack: how much processor time the gateway's own thread used until
// the answer was there, by the kernel's count. Of its own, because the thread that attacks is busy itself.
// Messages: `pause` and `judge` (what is asked between them does not count: code that is compiled, garbage that the attack itself
// has collected), `end`; each is answered.
import fs from 'node:fs'
import net from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'

const { port, pids, path, every } = workerData
let asked = 0
let worst = 0
let socket = null
let before = null
let answered = true
let silent = 0
let judging = false
let isOverdue = false

const timer = setInterval(ask, every)
parentPort.on('message', (message) => {
  judging = message === 'judge'
  if (before !== null) before.counts = false
  if (message === 'end') {
    clearInterval(timer)
    socket?.destroy()
  }
  parentPort.postMessage({ asked, worst, silent })
  if (message === 'end') parentPort.close()
})

function ask () {
  if (!answered) {
    // Time in which the machine had no processor for the gateway does not count.
    const waits = Math.max(0, ...read(1).map((time, i) => time - before.waits[i]))
    if (performance.now() - before.at - waits < 5000) return
    // This thread may have had none either: the answer is then read before the next time.
    if (!isOverdue) { isOverdue = true; return }
    silent++
    socket?.destroy()
    socket = null
  }
  socket ??= connect()
  answered = isOverdue = false
  before = { at: performance.now(), times: read(0), waits: read(1), counts: judging }
  socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`)
}

function connect () {
  const opened = net.connect(port, '127.0.0.1')
  opened.setNoDelay(true)
  opened.on('data', () => {
    if (answered) return
    answered = true
    asked++
    const now = read(0)
    if (before.counts) worst = Math.max(worst, ...now.map((time, i) => time - before.times[i]))
  })
  opened.on('error', () => {})
  opened.on('close', () => { if (socket === opened) { socket = null; answered = true } })
  return opened
}

/** By process, in ms: the processor time of its main thread (0), or how long that has waited for a processor (1). */
function read (field) {
  return pids.map((pid) => {
    try {
      return Number(fs.readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[field]) / 1e6
    } catch {
      return 0
    }
  })
}
