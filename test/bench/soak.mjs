// Does the gateway keep what it should let go? A mix of everything at a moderate rate: pass-through, merges, shaping, TLS,
// redirects, uploads, failing backends, deadlines, clients that go away. Prints what the gateway holds after garbage
// collections, a line per minute, and a verdict; the exit status is 1 when heap or sockets grow, or an answer was wrong.
// Run: pnpm build && node test/bench/soak.mjs [--minutes 60] [--rate 200]
import { fork } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { createAuthority } from '@floodgate/testing'
import { median } from './median.mjs'

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '2' }, rate: { type: 'string', default: '200' } } })
const [minutes, rate] = [Number(values.minutes), Number(values.rate)]
const TICK = 50
/** What the heap may grow by from the first third of the measurements to the last, in bytes. */
const MARGIN = 4 << 20
/** More requests than this are not under way at once: on a machine that is too slow they are left out. */
const MOST = 200
const items = JSON.stringify({ items: Array.from({ length: 120 }, (_, id) => ({ id, name: `item ${id}`, price: 1.50, tags: ['a', 'b'] })), owner: { name: 'x', secret: 'y' } })
const large = Buffer.alloc(512 << 10, 'x')

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'floodgate-soak-'))
process.on('exit', () => { fs.rmSync(folder, { recursive: true }) })
const authority = createAuthority('soak')
fs.writeFileSync(path.join(folder, 'ca.pem'), authority.cert)
const plain = await serve(http.createServer(upstream))
const secure = await serve(https.createServer(authority.issue({ cn: 'secure' }), upstream))
const refused = await serve(http.createServer())
await new Promise((resolve) => { refused.server.close(resolve) })

const tls = { host: [`https://127.0.0.1:${secure.port}`], extra_config: { 'backend/http/client': { client_tls: { ca_certs: ['ca.pem'] } } } }
const pass = (endpoint, backend, more) => ({ endpoint, output_encoding: 'no-op', backend: [{ url_pattern: endpoint, ...backend }], ...more })
const config = path.join(folder, 'krakend.json')
fs.writeFileSync(config, JSON.stringify({
  version: 3,
  listen_ip: '127.0.0.1',
  timeout: '2m',
  // What is idle goes, so that the end finds none that belongs to the load.
  idle_connection_timeout: '2s',
  host: [`http://127.0.0.1:${plain.port}`],
  extra_config: { router: { disable_access_log: true }, 'telemetry/logging': { level: 'CRITICAL', stdout: true } },
  endpoints: [
    pass('/items'), pass('/large'), pass('/redirect'), pass('/500'), pass('/reset'), pass('/broken'), pass('/stalled'), pass('/silent'),
    pass('/late', { url_pattern: '/silent' }, { timeout: '50ms' }),
    pass('/refused', { host: [`http://127.0.0.1:${refused.port}`] }),
    pass('/post', { method: 'POST' }, { method: 'POST' }),
    pass('/tls', { url_pattern: '/items', ...tls }),
    { endpoint: '/merge', backend: [{ url_pattern: '/a' }, { url_pattern: '/b' }, { url_pattern: '/b', group: 'tls', ...tls }] },
    { endpoint: '/partial', backend: [{ url_pattern: '/a' }, { url_pattern: '/reset' }] },
    { endpoint: '/shaped', backend: [{ url_pattern: '/items', allow: ['items', 'owner.name'], mapping: { items: 'list' } }] },
    { endpoint: '/single', backend: [{ url_pattern: '/items' }] }
  ]
}))

/** Weight, path, and the status that is right; null: the answer breaks off, or the client goes. */
const mix = [
  [28, '/items', 200], [3, '/large', 200], [14, '/merge', 200], [8, '/single', 200], [8, '/shaped', 200], [12, '/tls', 200],
  [7, '/redirect', 200], [5, '/post', 200, { method: 'POST', body: Buffer.alloc(10_000, 'y') }],
  [2, '/500', 500], [2, '/reset', 500], [1, '/broken', null], [2, '/late', 500], [2, '/refused', 500], [1, '/partial', 200], [1, '/nowhere', 404],
  [2, '/stalled', null, { leave: 'in the body' }], [2, '/silent', null, { leave: 'before the answer' }]
].flatMap(([weight, ...kind]) => Array(weight).fill(kind))

const gateway = fork(path.join(import.meta.dirname, 'measured-gateway.mjs'), [config], { cwd: folder, execArgv: ['--expose-gc'] })
process.on('exit', () => { gateway.kill('SIGKILL') })
gateway.on('exit', (code) => { if (code !== 0) fail(`the gateway ended with ${code}`) })
const [{ address }] = await once(gateway, 'message')
const agent = new http.Agent({ keepAlive: true, maxSockets: 64 })
const count = { sent: 0, wrong: new Map(), under: 0, skipped: 0 }

const rested = await measure()
const samples = []
await load(Math.min(minutes * 60, 20)) // Caches fill, code is compiled.
for (let minute = 1; minute <= Math.max(1, Math.round(minutes)); minute++) {
  for (let i = 0; i < 6; i++) {
    await load(minutes * 60 / Math.max(1, Math.round(minutes)) / 6)
    samples.push(await measure())
  }
  const { heapUsed, external, rss, sockets, timers } = samples.at(-1)
  console.log(`minute ${minute}: ${count.sent} requests, ${wrong()} wrong, ${count.skipped} left out; heap ${mb(heapUsed)}, external ${mb(external)}, RSS ${mb(rss)} MB; ${sockets} sockets, ${timers} timers`)
}
agent.destroy()
const ended = await settled(rested)
gateway.send('close')
await once(gateway, 'exit')

const third = Math.ceil(samples.length / 3)
const growth = (key) => median(samples.slice(-third).map((sample) => sample[key])) - median(samples.slice(0, third).map((sample) => sample[key]))
const faults = [
  ...growth('heapUsed') > MARGIN ? [`the heap grew by ${mb(growth('heapUsed'))} MB`] : [],
  ...growth('external') > MARGIN ? [`memory outside of the heap grew by ${mb(growth('external'))} MB`] : [],
  ...ended.sockets > rested.sockets ? [`${ended.sockets - rested.sockets} sockets are left`] : [],
  ...ended.timers > rested.timers + 2 ? [`${ended.timers - rested.timers} timers are left`] : [],
  ...[...count.wrong].map(([what, times]) => `${times} wrong answers: ${what}`)
]
console.log(`grown from the first third to the last: heap ${mb(growth('heapUsed'))}, external ${mb(growth('external'))} MB; at rest ${rested.sockets} → ${ended.sockets} sockets, ${rested.timers} → ${ended.timers} timers`)
console.log(faults.length > 0 ? `NOT FLAT: ${faults.join('; ')}` : `flat: ${count.sent} requests, every answer right`)
process.exit(faults.length > 0 ? 1 : 0)

/** Sends requests at the rate, so many seconds, and waits for the last answer. */
async function load (seconds) {
  const started = performance.now()
  let due = 0
  const running = new Set()
  for (let now = started; now - started < seconds * 1000; now = performance.now()) {
    for (; due < (now - started) * rate / 1000; due++) {
      if (running.size >= MOST) count.skipped++
      else {
        const request = ask(mix[count.sent++ % mix.length]).finally(() => { running.delete(request) })
        running.add(request)
      }
    }
    await sleep(TICK)
  }
  await Promise.all(running)
}

/** Asks once, and takes note of an answer that is not the right one. */
async function ask ([target, status, { method = 'GET', body, leave } = {}]) {
  const got = await new Promise((resolve) => {
    const request = http.request(address + target, { agent, method }, (response) => {
      if (leave === 'in the body') response.once('data', () => { request.destroy() })
      response.on('data', () => {}).on('end', () => { resolve(response.statusCode) }).on('error', () => { resolve(null) })
    })
    request.on('error', () => { resolve(null) })
    if (leave === 'before the answer') setTimeout(() => { request.destroy() }, 20)
    request.end(body)
  })
  if (got !== status) count.wrong.set(`${target} ${got}`, (count.wrong.get(`${target} ${got}`) ?? 0) + 1)
}

function upstream (request, response) {
  const json = (text) => { response.writeHead(200, { 'content-type': 'application/json' }).end(text) }
  switch (request.url) {
    case '/items': return json(items)
    case '/a': return json('{"a":1}')
    case '/b': return json('{"b":[1,2,3]}')
    case '/large': return response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(large)
    case '/redirect': return response.writeHead(302, { location: '/items' }).end()
    case '/post': return request.resume().on('end', () => { json('{}') })
    case '/500': return response.writeHead(500).end('sorry')
    case '/reset': return request.socket.destroy()
    case '/broken': return response.writeHead(200, { 'content-length': 100 }).write('some', () => { request.socket.destroy() })
    case '/stalled': return response.writeHead(200, { 'content-type': 'text/plain' }).write('some')
    case '/silent': return
    default: response.writeHead(404).end()
  }
}

/** Measures until the gateway holds what it held before the load, a minute at most. */
async function settled (before) {
  for (let i = 0; ; i++) {
    const now = await measure()
    if ((now.sockets <= before.sockets && now.timers <= before.timers) || i === 60) return now
    await sleep(1000)
  }
}

async function measure () {
  gateway.send('measure')
  const [measured] = await once(gateway, 'message')
  return measured
}

function serve (server) {
  server.keepAliveTimeout = 60_000
  return new Promise((resolve) => { server.listen(0, '127.0.0.1', () => { resolve({ server, port: server.address().port }) }) })
}

function fail (why) {
  console.log(why)
  process.exit(1)
}

function wrong () {
  return [...count.wrong.values()].reduce((sum, times) => sum + times, 0)
}

function mb (bytes) {
  return (bytes / 2 ** 20).toFixed(1)
}
