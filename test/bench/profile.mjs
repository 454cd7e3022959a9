// Where the processor time of a request goes: profiles the gateway, or the upper bound of peers/bare.mjs, under one workload
// and prints the self time of each kind of code, in µs per request.
//
//     pnpm build && node test/bench/profile.mjs W1 [--bare] [--requests 40000] [--functions 30]
//
// Linux only. V8 counts as idle what libuv does between two callbacks, the reads of sockets above all: that is the
// processor time of the thread beyond all samples.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { freePort } from '@floodgate/testing'
import { Load } from './load.mjs'
import { isInstalled } from './peers/natives.mjs'
import { workloads, writeConfig } from './workloads.mjs'

const { values: options, positionals: [name = 'W1'] } = parseArgs({
  allowPositionals: true,
  options: { bare: { type: 'boolean', default: false }, requests: { type: 'string', default: '40000' }, functions: { type: 'string', default: '0' } }
})
const workload = workloads.find((one) => one.name === name)
if (workload === undefined) throw new Error(`no workload ${name}: there are ${workloads.map(({ name }) => name).join(', ')}`)
const requests = Math.ceil(Number(options.requests) * (workload.share ?? 1))
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'floodgate-profile-'))
const children = []
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL')
  fs.rmSync(folder, { recursive: true })
})
const [port, upstream, secure, proxy] = await Promise.all([freePort(), freePort(), freePort(), freePort()])
const plain = `http://127.0.0.1:${upstream}`
const config = path.join(folder, 'krakend.json')
fs.writeFileSync(config, JSON.stringify(writeConfig({ port, plain, secure: `https://127.0.0.1:${secure}`, tunnelled: `https://upstream.test:${secure}` })))

start(1, [script('upstream.mjs'), upstream, secure, proxy])
const command = options.bare ? [script('peers/bare.mjs'), port, plain] : [script('../../packages/cli/dist/bin.js'), 'run', '-c', config]
fs.writeFileSync(path.join(folder, 'end.cjs'), "process.on('SIGUSR2', () => { process.exit(0) })")
const gateway = start(0, ['--require', path.join(folder, 'end.cjs'), '--cpu-prof', '--cpu-prof-dir', folder, '--cpu-prof-interval', 250, ...command])
await Promise.all([upstream, secure, port].map(listening))
const load = new Load(workload.path, { method: workload.method, body: workload.method === 'POST' ? JSON.stringify({ data: 'y'.repeat(10_000) }) : '' })
await load.open(port, 64)
// Until the compiler has seen enough.
await load.send(requests)
const busyBefore = mainThreadTime(gateway.pid)
const begin = performance.now()
await load.send(requests)
const end = performance.now()
const busy = (mainThreadTime(gateway.pid) - busyBefore) * 1e6 / requests
load.close()
gateway.kill('SIGUSR2')
const exited = performance.now()
await once(gateway, 'exit')
report(JSON.parse(fs.readFileSync(path.join(folder, fs.readdirSync(folder).find((file) => file.endsWith('.cpuprofile'))))))
process.exit(0)

function report ({ nodes, samples, timeDeltas, startTime, endTime }) {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]))
  const from = endTime - (exited - begin) * 1000
  const to = endTime - (exited - end) * 1000
  const byKind = new Map()
  const byFunction = new Map()
  let time = startTime
  samples.forEach((id, i) => {
    time += timeDeltas[i]
    const frame = frames.get(id)
    if (time < from || time > to || frame.functionName === '(idle)') return
    add(byKind, kindOf(frame), timeDeltas[i])
    add(byFunction, `${frame.functionName || '(anonymous)'} ${frame.url.split('/').slice(-2).join('/')}:${frame.lineNumber + 1}`, timeDeltas[i])
  })
  const sampled = [...byKind.values()].reduce((sum, one) => sum + one, 0) / requests
  console.log(`${name}, ${options.bare ? 'the upper bound' : 'the gateway'}: ${busy.toFixed(1)} µs of the main thread for a request, Node ${process.versions.node}, ${requests} requests\n`)
  console.log('| µs | |\n|--:|---|')
  for (const [kind, sum] of byKind) byKind.set(kind, sum / requests)
  for (const [kind, us] of [...byKind, ['reads, polls and whatever else is between two callbacks', Math.max(0, busy - sampled)]].sort((a, b) => b[1] - a[1])) console.log(`| ${us.toFixed(2)} | ${kind} |`)
  for (const [key, sum] of [...byFunction].sort((a, b) => b[1] - a[1]).slice(0, Number(options.functions))) console.log(`| ${(sum / requests).toFixed(2)} | \`${key}\` |`)
}

function add (sums, key, value) {
  sums.set(key, (sums.get(key) ?? 0) + value)
}

function kindOf ({ functionName, url }) {
  if (url === '') {
    if (/^write(?:v|Latin1String|Buffer|Utf8String)$/.test(functionName)) return '`write` calls'
    if (functionName === '(garbage collector)') return 'garbage collection'
    return functionName.startsWith('RegExp:') ? 'regular expressions' : 'native functions'
  }
  if (url.startsWith('node:')) {
    if (url.includes('_http_')) return 'Node: HTTP'
    if (url.includes('/streams/')) return 'Node: streams'
    if (/:net$|stream_base/.test(url)) return 'Node: sockets'
    if (/tls/.test(url)) return 'Node: TLS'
    return url.endsWith('events') ? 'Node: events' : 'Node: ticks, timers, buffers and others'
  }
  const own = /packages\/([^/]+)\/dist\/(.*)$/.exec(url)
  if (own !== null) return own[1] === 'http-client' && own[2].includes('wire/') ? 'our wire' : own[1] === 'http-client' ? 'our calls and pools' : `our ${own[1]}`
  if (url.includes('/undici/')) return 'undici'
  if (url.includes('bare.mjs')) return 'the bare client'
  return /fastify|find-my-way/.test(url) ? 'Fastify and its router' : 'others'
}

/** In s. */
function mainThreadTime (pid) {
  return Number(fs.readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e9
}

function script (file) {
  return path.join(import.meta.dirname, file)
}

function start (processor, args) {
  const command = [process.execPath, ...args.map(String)]
  const all = os.availableParallelism() > 1 && isInstalled('taskset') ? ['taskset', '-c', String(processor), ...command] : command
  // taskset becomes what it starts.
  const child = spawn(all[0], all.slice(1), { stdio: 'ignore', env: { ...process.env, HTTPS_PROXY: `http://127.0.0.1:${proxy}`, NO_PROXY: '127.0.0.1' } })
  children.push(child)
  return child
}

async function listening (port) {
  for (let i = 0; i < 600; i++) {
    const isUp = await new Promise((resolve) => {
      const socket = net.connect(port, '127.0.0.1', () => { socket.destroy(); resolve(true) }).on('error', () => { resolve(false) })
    })
    if (isUp) return
    await delay(100)
  }
  throw new Error(`nothing listens on port ${port}`)
}
