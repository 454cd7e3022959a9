// A gateway under attack, in processes of its own: what it printed, whether it still runs, and what it holds.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'

/** The built command. `FLOODGATE_BIN` names another build's. */
export const bin = process.env.FLOODGATE_BIN ?? path.resolve(import.meta.dirname, '../../packages/cli/dist/bin.js')
/** A command that runs the gateway's processes, such as a memory checker: `valgrind --smc-check=all --log-file=/tmp/gateway.%p`. */
const under = process.env.FLOODGATE_UNDER?.split(' ') ?? []
/** Options of Node's with which a process ends when the one that started it does, however. */
export const endsWithParent = ['--import', pathToFileURL(path.join(import.meta.dirname, 'ends-with-parent.mjs')).href]
const observed = pathToFileURL(path.join(import.meta.dirname, 'observed.mjs')).href

const children = new Set()
process.on('exit', () => { for (const child of children) child.kill('SIGKILL') })
for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => { process.exit(1) })

/** What no line of the output may hold: a fault inside that was not foreseen. */
const fault = /\bat (?:\S+ )?\(?(?:file|node):|TypeError|RangeError|ReferenceError|nhandled|ncaught|MaxListenersExceeded|ERR_INTERNAL|ERR_HTTP_HEADERS_SENT|ERR_STREAM_|heap out of memory/

/**
 * Starts the built command on a configuration file, or with `embedded` a host app with the plugin in it, and waits until it
 * listens. `onFault` is called with every line of the output that tells of a fault, and when a process ends.
 */
export async function startGateway ({ config, port, workers, embedded = false, folder, onFault }) {
  const script = embedded ? [path.join(import.meta.dirname, 'embedded-host.mjs'), config, String(port)] : [bin, 'run', '-c', config, ...workers ? ['--workers', String(workers)] : []]
  const [file, ...args] = [...under, process.execPath, '--expose-gc', ...endsWithParent, '--import', observed, ...script]
  const child = spawn(file, args, {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...cleanEnvironment(), FLOODGATE_ATTACK_REPORTS: folder }
  })
  children.add(child)
  let closing = false
  let tail = ''
  let exit = null
  let lines = 0
  let told = -Infinity
  for (const stream of [child.stdout, child.stderr]) {
    let rest = ''
    stream.setEncoding('latin1').on('data', (text) => {
      tail = (tail + text).slice(-8000)
      const parts = (rest + text).split('\n')
      rest = parts.pop().slice(-20_000)
      lines += parts.length
      for (const [i, line] of parts.entries()) {
        if (closing || !fault.test(line)) continue
        // A stack has many such lines.
        if (lines - told > 20) onFault(`the output tells of a fault: ${parts.slice(Math.max(0, i - 4), i + 8).join('\n').slice(0, 2000)}`)
        told = lines
      }
    })
  }
  const gone = once(child, 'close').then(([code, signal]) => {
    exit = { code, signal }
    children.delete(child)
    if (!closing) onFault(`the process ended with ${code ?? signal}: ${tail.slice(-2500)}`)
  })
  const gateway = {
    port,
    pid: child.pid,
    get exit () { return exit },
    get tail () { return tail },
    get lines () { return lines },
    pids: () => exit ? [] : [child.pid, ...childrenOf(child.pid)],
    /** Open file descriptors of all processes. */
    descriptors: () => sum(gateway.pids(), (pid) => fs.readdirSync(`/proc/${pid}/fd`).length),
    /** Processor time of all processes since their start, in ms. */
    processorTime: () => sum(gateway.pids(), (pid) => Number(fs.readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6),
    /** The most that one of the processes used, in ms, by process. */
    processorTimes: () => new Map(gateway.pids().map((pid) => [pid, Number(fs.readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6])),
    measure,
    stop
  }
  await Promise.race([gone, listening(port, () => exit !== null)])
  if (exit !== null) throw new Error(`the gateway did not start: ${tail}`)
  return gateway

  /** What the processes hold after a garbage collection, added up, in bytes. */
  async function measure () {
    const pids = gateway.pids()
    for (const pid of pids) {
      fs.rmSync(path.join(folder, `${pid}.json`), { force: true })
      process.kill(pid, 'SIGUSR2')
    }
    const held = { heapUsed: 0, external: 0, rss: 0 }
    for (const pid of pids) {
      const file = path.join(folder, `${pid}.json`)
      for (let tries = 0; !fs.existsSync(file); tries++) {
        if (tries > 1000) throw new Error(`process ${pid} does not answer a signal in 20 s`)
        await sleep(20)
      }
      const report = JSON.parse(fs.readFileSync(file, 'utf8'))
      for (const key of Object.keys(held)) held[key] += report[key]
    }
    return held
  }

  /** Ends it with SIGTERM, and tells whether that was enough within `within` ms. */
  async function stop (within = 20_000) {
    if (exit) return true
    closing = true
    child.kill('SIGTERM')
    const timer = setTimeout(() => { child.kill('SIGKILL') }, within)
    await gone
    clearTimeout(timer)
    return exit.signal !== 'SIGKILL'
  }
}

/** The environment without what a test runner and its coverage put there. */
export function cleanEnvironment () {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(NODE_OPTIONS|NODE_V8_COVERAGE|TAP|TS_NODE|_TAPJS|HTTPS?_PROXY|NO_PROXY|KRAKEND_)/i.test(name)))
}

function childrenOf (pid) {
  try {
    return fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
  } catch {
    return []
  }
}

function sum (pids, of) {
  let total = 0
  for (const pid of pids) {
    try {
      total += of(pid)
    } catch { /* it has just gone */ }
  }
  return total
}

async function listening (port, isOver) {
  while (!isOver()) {
    const up = await new Promise((resolve) => {
      const socket = net.connect(port, '127.0.0.1', () => {
        socket.destroy()
        resolve(true)
      })
      socket.on('error', () => { resolve(false) })
    })
    if (up) return
    await sleep(20)
  }
}
