// 100 reloads under load, alone and with 4 workers: failed requests, answers of a mixed or previous configuration, connections
// to backends with unchanged settings, memory, latencies.
// Run: pnpm build && node test/bench/reloads.mjs [requests per second] [reloads]
import { fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createAuthority } from '@floodgate/testing'

const rate = Number(process.argv[2] ?? 2000)
const reloads = Number(process.argv[3] ?? 100)
const bin = path.join(import.meta.dirname, '../../packages/cli/dist/bin.js')
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'floodgate-reloads-'))
const file = path.join(folder, 'krakend.json')
const socket = path.join(folder, 's.sock')
const authority = createAuthority('reloads')
const at = (name) => path.join(folder, name)

/** Written beside and renamed over, as a deploy does it. */
function write (name, content) {
  fs.writeFileSync(`${at(name)}.new`, content)
  fs.renameSync(`${at(name)}.new`, at(name))
}

function writePair (name, cn) {
  const { cert, key } = authority.issue({ cn })
  write(`${name}.key`, key)
  write(`${name}.pem`, cert)
}

/** A backend that counts its connections. `/a/3` is answered `{"a":"3"}`. */
async function startBackend (server) {
  const count = { opened: 0, closed: 0 }
  server.keepAliveTimeout = 3_600_000
  server.on('connection', (connection) => {
    count.opened++
    connection.on('error', () => {}).on('close', () => { count.closed++ })
  })
  server.on('request', ({ url }, response) => {
    const [, name, value = ''] = url.split('/')
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ [name]: value }))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return { count, server, port: server.address().port }
}

/** Round i: another endpoint comes and the one before goes; backends, client settings, certificates and limits change. */
function configure (round, { plain, kept, secure }) {
  const tls = (more) => ({ extra_config: { 'backend/http/client': { client_tls: { ca_certs: [at('ca.pem')], ...more } } } })
  const to = (scheme, { port }, pattern, more = {}) => ({ host: [`${scheme}://127.0.0.1:${port}`], url_pattern: pattern, ...more })
  const pass = (endpoint, backend, more = {}) => ({ endpoint, output_encoding: 'no-op', backend: [backend], ...more })
  const pair = (name) => ({ client_certs: [{ certificate: at(`${name}.pem`), private_key: at(`${name}.key`) }] })
  return JSON.stringify({
    version: 3,
    listen_ip: '127.0.0.1',
    timeout: '10s',
    tls: { keys: [{ public_key: at('gateway.pem'), private_key: at('gateway.key') }] },
    extra_config: { router: { disable_access_log: true }, 'telemetry/logging': { level: 'ERROR', stdout: true } },
    endpoints: [
      pass(`/round/${round}`, to('http', plain, `/new/${round}`)),
      { endpoint: '/merged', backend: [to('http', plain, `/a/${round}`), to('http', plain, `/b/${round}`)] },
      pass('/limited', to('http', plain, '/limited'), { extra_config: { 'qos/ratelimit/router': { max_rate: 1_000_000 + round } } }),
      pass('/secure', to('https', secure, '/secure', tls({ min_version: round % 2 === 0 ? 'TLS12' : 'TLS13', ...pair('client') }))),
      pass('/kept', to('http', kept, '/kept', { extra_config: { 'backend/http/client': { no_redirect: true } } })),
      pass('/kept-secure', to('https', kept.secure, '/kept', tls(pair('kept'))))
    ]
  })
}

function ask (method, url) {
  return new Promise((resolve, reject) => {
    http.request({ method, path: url, socketPath: socket }, async (response) => {
      let text = ''
      for await (const part of response) text += part
      resolve(JSON.parse(text))
    }).on('error', reject).end()
  })
}

/** Resident memory of processes, in MB. */
function memory (pids) {
  return pids.map((pid) => Math.round(Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024))
}

const percentile = (times, share) => times.sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * share))]?.toFixed(0)
const describe = (times) => `${percentile(times, 0.5)} / ${percentile(times, 0.99)} / ${percentile(times, 1)} ms`

async function run (workers) {
  fs.writeFileSync(at('ca.pem'), authority.cert)
  for (const name of ['gateway', 'client', 'kept']) writePair(name, name)
  const tls = { ...authority.issue({ cn: 'backend' }), ca: authority.cert, requestCert: true, rejectUnauthorized: true }
  const backends = {
    plain: await startBackend(http.createServer()),
    secure: await startBackend(https.createServer(tls)),
    kept: { ...await startBackend(http.createServer()), secure: await startBackend(https.createServer(tls)) }
  }
  fs.writeFileSync(file, configure(0, backends))
  const gateway = spawn(process.execPath, [bin, 'run', '-p', '0', '-c', file, '--control', socket, ...workers === 0 ? [] : ['-w', workers]])
  let log = ''
  for (const stream of [gateway.stdout, gateway.stderr]) stream.on('data', (text) => { log += text })
  while (!/listening on/.test(log)) await sleep(20)
  const [, url] = /listening on (https:[^\s,]+)/.exec(log)
  const pids = () => [gateway.pid]
  const all = async () => [...pids(), ...((await ask('GET', '/status')).workers ?? []).map(({ pid }) => pid)]
  const load = fork(path.join(import.meta.dirname, 'reload-load.mjs'), [JSON.stringify({
    url: url.replace(/\/$/, ''),
    rate,
    ca: authority.cert,
    paths: ['/kept', '/merged', '/kept', '/limited', '/kept-secure', '/merged', '/secure', '/limited', '/kept', '/kept-secure']
  })])
  const finished = once(load, 'message')
  await sleep(5000)
  const kept = [backends.kept.count, backends.kept.secure.count]
  const before = { memory: memory(await all()), opened: kept.map(({ opened }) => opened), closed: kept.map(({ closed }) => closed) }
  const trend = []
  let refused = 0
  for (let round = 1; round <= reloads; round++) {
    if (round % 10 === 0) for (const name of ['gateway', 'client']) writePair(name, name)
    write('krakend.json', configure(round, backends))
    load.send({ isReloading: true })
    const { changed } = await ask('POST', '/reload')
    load.send({ isReloading: false, round })
    if (!changed) refused++
    if (round % 25 === 0) trend.push(memory(await all()).join('+'))
    await sleep(200)
  }
  await sleep(2000)
  const after = { opened: kept.map(({ opened }) => opened), closed: kept.map(({ closed }) => closed), memory: memory(await all()) }
  load.send({ isOver: true })
  const [{ sent, failed, wrong, examples, times, seconds }] = await finished
  gateway.kill('SIGTERM')
  await once(gateway, 'exit')
  for (const { server } of [backends.plain, backends.secure, backends.kept, backends.kept.secure]) {
    server.close()
    server.closeAllConnections()
  }
  const difference = (name) => after[name].map((count, i) => count - before[name][i]).join(' + ')
  console.log(`## ${workers === 0 ? 'alone' : `${workers} workers`}`)
  console.log(`requests: ${sent} in ${seconds.toFixed(0)} s = ${Math.round(sent / seconds)}/s; ${reloads - refused} reloads`)
  console.log(`failed: ${failed}; of a mixed or previous configuration: ${wrong}${examples.map((line) => `\n  ${line}`).join('')}`)
  console.log(`connections with unchanged settings, http + https: ${before.opened.join(' + ')}; closed: ${difference('closed')}; new: ${difference('opened')}`)
  console.log(`connections with changing settings: ${backends.plain.count.opened} + ${backends.secure.count.opened}`)
  console.log(`memory in MB: before ${before.memory.join('+')}, every 25 reloads ${trend.join(', ')}, 2 s later ${after.memory.join('+')}`)
  console.log(`latency, median / 99 % / longest: while reloading ${describe(times.reloading)}, otherwise ${describe(times.quiet)}`)
  const errors = log.split('\n').filter((line) => /ERROR|error/.test(line))
  if (errors.length > 0) console.log(`log: ${errors.length} errors, such as ${errors[0]}`)
}

try {
  for (const workers of [0, 4]) await run(workers)
} finally {
  fs.rmSync(folder, { recursive: true })
}
