// What a limit of 100 per second with capacity 1 lets through, second by second, when two gateways share it through a
// redis-server and get 1,000 requests per second. Counted at the backend, by time of arrival.
// Run: pnpm build && node test/bench/redis-limit.mjs [seconds] [requests per second] [max_rate]
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import http from 'node:http'
import os from 'node:os'
import path from 'node:path'
import { freePort } from '@floodgate/testing'
import { Pool } from 'undici'

const [seconds = 10, pace = 1000, maxRate = 100] = process.argv.slice(2).map(Number)
const cli = path.join(import.meta.dirname, '../../packages/cli/dist/bin.js')
const children = []
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'floodgate-bench-'))
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL')
  fs.rmSync(folder, { recursive: true })
})

const arrivals = []
const upstream = http.createServer((req, res) => {
  if (req.url === '/limited') arrivals.push(performance.now())
  res.writeHead(200, { 'content-type': 'application/json' }).end('{}')
})
await new Promise((resolve) => { upstream.listen(0, '127.0.0.1', resolve) })

const redisPort = await freePort()
spawned('redis-server', ['--port', redisPort, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder])
const gateways = await Promise.all([startGateway(), startGateway()])

const began = performance.now()
const running = []
let longestPause = 0
let last = began
for (let now = began; now - began < seconds * 1000; now = performance.now()) {
  longestPause = Math.max(longestPause, now - last)
  last = now
  while (running.length < (now - began) * pace / 1000) running.push(ask(gateways[running.length % 2]))
  await new Promise((resolve) => { setTimeout(resolve, 1) })
}
const statuses = await Promise.all(running)

// From the first that passed: a second is one of the limit's own.
const perSecond = Array.from({ length: seconds }, () => 0)
for (const time of arrivals) {
  const second = Math.floor((time - arrivals[0]) / 1000)
  if (second < seconds) perSecond[second]++
}
console.log(`per second: ${perSecond.join(' ')}`)
console.log(`in all: ${arrivals.length} passed, ${statuses.filter((status) => status === 503).length} refused, ${statuses.filter((status) => status !== 200 && status !== 503).length} failed, of ${statuses.length} in ${((performance.now() - began) / 1000).toFixed(2)} s`)
console.log(`longest pause of the sender: ${longestPause.toFixed(1)} ms; longest gap between two that passed: ${Math.max(...arrivals.map((time, i) => time - (arrivals[i - 1] ?? time))).toFixed(1)} ms`)
process.exit(0)

async function ask (pool) {
  try {
    const { statusCode, body } = await pool.request({ path: '/limited', method: 'GET' })
    await body.dump()
    return statusCode
  } catch {
    return 0
  }
}

async function startGateway () {
  const port = await freePort()
  const config = path.join(folder, `krakend-${port}.json`)
  fs.writeFileSync(config, JSON.stringify({
    version: 3,
    name: 'bench',
    port,
    host: [`http://127.0.0.1:${upstream.address().port}`],
    extra_config: {
      router: { disable_access_log: true },
      'telemetry/logging': { level: 'ERROR', stdout: true },
      redis: { connection_pools: [{ name: 'main', address: `127.0.0.1:${redisPort}` }] }
    },
    endpoints: [
      { endpoint: '/warm', backend: [{ url_pattern: '/warm' }] },
      { endpoint: '/limited', backend: [{ url_pattern: '/limited' }], extra_config: { 'qos/ratelimit/router/redis': { connection_name: 'main', max_rate: maxRate, capacity: 1 } } }
    ]
  }))
  spawned(process.execPath, [cli, 'run', '-c', config])
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: 16 })
  for (let answered = 0; answered < 200;) {
    try {
      await pool.request({ path: '/warm', method: 'GET' }).then(({ body }) => body.dump())
      answered++
    } catch {
      await new Promise((resolve) => { setTimeout(resolve, 50) })
    }
  }
  return pool
}

function spawned (program, args) {
  children.push(spawn(program, args.map(String), { stdio: 'ignore' }))
}
