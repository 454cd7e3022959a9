// A thread that asks for /__health while the gateway is under attack: how much processor time the gateway used until the
// answer was there. Of its own, because the thread that attacks is busy itself.
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

const timer = setInterval(ask, every)
parentPort.on('message', () => {
  clearInterval(timer)
  socket?.destroy()
  parentPort.postMessage({ asked, worst, silent })
  parentPort.close()
})

function ask () {
  if (!answered) {
    if (performance.now() - before.at < 5000) return
    silent++
    socket?.destroy()
    socket = null
  }
  socket ??= connect()
  answered = false
  before = { at: performance.now(), times: times() }
  socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`)
}

function connect () {
  const opened = net.connect(port, '127.0.0.1')
  opened.setNoDelay(true)
  opened.on('data', () => {
    if (answered) return
    answered = true
    asked++
    const now = times()
    worst = Math.max(worst, ...now.map((time, i) => time - before.times[i]))
  })
  opened.on('error', () => {})
  opened.on('close', () => { if (socket === opened) { socket = null; answered = true } })
  return opened
}

function times () {
  return pids.map((pid) => {
    try {
      return Number(fs.readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6
    } catch {
      return 0
    }
  })
}
