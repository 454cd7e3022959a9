// How long a reload blocks the event loop of a gateway with many endpoints: the longest time between two turns.
// Run: pnpm build && node test/bench/reload-delay.mjs [endpoints]
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import http from 'node:http'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { median } from './median.mjs'

const endpoints = Number(process.argv[2] ?? 1000)
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'floodgate-delay-'))
const [file, probe, socket] = ['krakend.json', 'probe.mjs', 's.sock'].map((name) => path.join(folder, name))
/** Runs in the gateway: tells the longest time between two turns when it is asked with SIGUSR2. */
fs.writeFileSync(probe, `
  let last = performance.now()
  let longest = 0
  const turn = () => {
    const now = performance.now()
    longest = Math.max(longest, now - last)
    last = now
    setImmediate(turn).unref()
  }
  turn()
  process.on('SIGUSR2', () => { process.stderr.write('longest ' + longest.toFixed(0) + ' ms\\n'); longest = 0 })
`)

function configure (round) {
  const backend = (pattern, more = {}) => ({ host: ['http://127.0.0.1:9999'], url_pattern: pattern, allow: ['a', 'b'], ...more })
  return JSON.stringify({
    version: 3,
    listen_ip: '127.0.0.1',
    extra_config: { router: { disable_access_log: true }, 'telemetry/logging': { level: 'ERROR', stdout: true } },
    endpoints: Array.from({ length: endpoints }, (_, i) => ({
      endpoint: `/e/${i}/{id}`,
      extra_config: { 'qos/ratelimit/router': { max_rate: 1000 + round } },
      backend: [
        backend(`/b/${i}/{id}`, { extra_config: { 'qos/circuit-breaker': { interval: 60, timeout: 10, max_errors: 5 } } }),
        backend(`/c/${i}/{id}`, { group: 'c' })
      ]
    }))
  })
}

function reload () {
  return new Promise((resolve, reject) => {
    http.request({ method: 'POST', path: '/reload', socketPath: socket }, (response) => {
      response.on('end', resolve).resume()
    }).on('error', reject).end()
  })
}

try {
  fs.writeFileSync(file, configure(0))
  const bin = path.join(import.meta.dirname, '../../packages/cli/dist/bin.js')
  const gateway = spawn(process.execPath, ['--import', probe, bin, 'run', '-p', '0', '-c', file, '--control', socket])
  let log = ''
  gateway.stderr.on('data', (text) => { log += text })
  gateway.stdout.resume()
  const longest = async () => {
    const before = log.length
    gateway.kill('SIGUSR2')
    while (!/longest \d+ ms\n/.test(log.slice(before))) await sleep(10)
    return Number(/longest (\d+) ms\n/.exec(log.slice(before))[1])
  }
  while (!/listening on/.test(log)) await sleep(20)
  await sleep(1000)
  await longest()
  await sleep(1000)
  const idle = await longest()
  const times = []
  const blocked = []
  for (let round = 1; round <= 10; round++) {
    fs.writeFileSync(file, configure(round))
    const begun = performance.now()
    await reload()
    times.push(performance.now() - begun)
    blocked.push(await longest())
  }
  console.log(`${endpoints} endpoints: a reload takes ${median(times).toFixed(0)} ms (median of 10), and blocks the event loop for at most ${median(blocked)} ms (median; longest ${Math.max(...blocked)} ms); idle: ${idle} ms`)
  gateway.kill('SIGTERM')
  await once(gateway, 'exit')
} finally {
  fs.rmSync(folder, { recursive: true })
}
