// The cost of endpoints beside handlers written by hand that do the same: CPU time per request, as a ratio, in
// interleaved rounds. Run: pnpm build && node test/bench/side-by-side.mjs [rounds] [requests per burst]
// Linux only: CPU time is read from /proc.
import { execFileSync, spawn } from 'node:child_process'
import fs from 'node:fs'
import http from 'node:http'
import os from 'node:os'
import path from 'node:path'
import { Pool } from 'undici'

const [rounds = 9, burst = 3000] = process.argv.slice(2).map(Number)
const here = import.meta.dirname
const ticks = Number(execFileSync('getconf', ['CLK_TCK']))
const children = []
process.on('exit', () => { for (const child of children) child.kill('SIGKILL') })

const [upstreamPort, peerPort, gatewayPort] = await Promise.all([freePort(), freePort(), freePort()])
const host = `http://127.0.0.1:${upstreamPort}`
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'floodgate-bench-'))
process.on('exit', () => { fs.rmSync(folder, { recursive: true }) })
const config = path.join(folder, 'krakend.json')
fs.writeFileSync(config, JSON.stringify({
  version: 3,
  port: gatewayPort,
  host: [host],
  extra_config: { router: { disable_access_log: true }, 'telemetry/logging': { level: 'ERROR', stdout: true } },
  endpoints: [
    ...['/pass', '/pass-small'].map((path) => ({ endpoint: path, output_encoding: 'no-op', backend: [{ url_pattern: path === '/pass' ? '/items' : '/a' }] })),
    { endpoint: '/single', backend: [{ url_pattern: '/items' }] },
    { endpoint: '/shaped', backend: [{ url_pattern: '/items', allow: ['items', 'owner.name'], mapping: { items: 'list' } }] },
    { endpoint: '/merge', backend: ['/a', '/b', '/c'].map((url) => ({ url_pattern: url })) },
    { endpoint: '/sequence', extra_config: { proxy: { sequential: true } }, backend: ['/a', '/by/{resp0_a_id}', '/by/{resp1_id}'].map((url) => ({ url_pattern: url })) }
  ]
}))

start('upstream.mjs', upstreamPort)
const peer = await target('by hand', start('peer.mjs', peerPort, host), peerPort)
const gateway = await target('floodgate', spawned([path.join(here, '../../packages/cli/dist/bin.js'), 'run', '-c', config]), gatewayPort)

console.log('| endpoint | by hand, µs CPU | floodgate, µs CPU | ratio |\n|---|--:|--:|--:|')
for (const endpoint of ['/pass', '/pass-small', '/single', '/shaped', '/merge', '/sequence']) {
  const costs = { 'by hand': [], floodgate: [] }
  for (let round = -1; round < rounds; round++) {
    for (const which of [peer, gateway]) {
      const cost = await measure(which, endpoint)
      if (round >= 0) costs[which.name].push(cost)
    }
  }
  const ratio = median(costs.floodgate.map((cost, i) => cost / costs['by hand'][i]))
  console.log(`| ${endpoint} | ${median(costs['by hand']).toFixed(0)} | ${median(costs.floodgate).toFixed(0)} | ${ratio.toFixed(2)} |`)
}
process.exit(0)

async function target (name, child, port) {
  for (;;) {
    try {
      await fetch(`http://127.0.0.1:${port}/single`).then((res) => res.arrayBuffer())
      return { name, pid: child.pid, pool: new Pool(`http://127.0.0.1:${port}`, { connections: 32 }) }
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}

/** CPU time of one request in µs, over a burst. */
async function measure ({ pid, pool }, endpoint) {
  const before = cpuTime(pid)
  let sent = 0
  await Promise.all(Array.from({ length: 32 }, async () => {
    while (sent++ < burst) {
      const { statusCode, body } = await pool.request({ path: endpoint, method: 'GET' })
      if (statusCode !== 200) throw new Error(`${endpoint} answered ${statusCode}`)
      await body.dump()
    }
  }))
  return (cpuTime(pid) - before) / burst * 1e6
}

function cpuTime (pid) {
  const fields = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / ticks
}

function start (script, ...args) {
  return spawned([path.join(here, script), ...args.map(String)])
}

function spawned (args) {
  const child = spawn(process.execPath, args, { stdio: 'ignore' })
  children.push(child)
  return child
}

function freePort () {
  return new Promise((resolve) => {
    const server = http.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => { resolve(port) })
    })
  })
}

function median (numbers) {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1]
}
