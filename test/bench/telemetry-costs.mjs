// What telemetry adds to a request: processor time of the built command, which serves W1 and W5, without it and with the gateway's
// own metrics, with telemetry/opentelemetry for Prometheus, and with a tenth and with all of the traces for a collector, in
// interleaved rounds. Prints Markdown. Linux only. About three minutes.
//
//     pnpm build && node test/bench/telemetry-costs.mjs [--rounds 15] [--burst 4000]
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import http from 'node:http'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { freePort } from '@floodgate/testing'
import { Load } from './load.mjs'
import { median } from './median.mjs'
import { processorTime } from './processor-time.mjs'
import { folder } from './start-measured.mjs'

const { values: options } = parseArgs({ options: { rounds: { type: 'string', default: '15' }, burst: { type: 'string', default: '4000' } } })
const [rounds, burst] = [Number(options.rounds), Number(options.burst)]
const connections = 32
/** ms after a burst in which what it caused is sent to the collector. */
const afterwards = 100

const upstream = await listen((_, response) => { response.setHeader('content-type', 'application/json').end('{"ok":true,"id":7,"name":"Ada"}') })
let received = 0
const collector = await listen((request, response) => { request.on('data', ({ length }) => { received += length }).on('end', () => { response.end() }) })

const bin = path.join(import.meta.dirname, '../../packages/cli/dist/bin.js')
const openTelemetry = async (rate) => ({
  'telemetry/opentelemetry': {
    ...rate !== null && { trace_sample_rate: rate },
    exporters: {
      prometheus: [{ name: 'prometheus', port: await freePort(), listen_ip: '127.0.0.1' }],
      ...rate !== null && { otlp: [{ name: 'collector', host: '127.0.0.1', port: collector, use_http: true }] }
    }
  }
})
const variants = [
  ['nothing', {}],
  ['`floodgate.metrics`', { floodgate: { metrics: { port: await freePort() } } }],
  ['`telemetry/opentelemetry`: metrics', await openTelemetry(null)],
  ['and traces, of which none is recorded', await openTelemetry(0)],
  ['and 0.1 of the traces', await openTelemetry(0.1)],
  ['and all traces', await openTelemetry(1)]
]
const gateways = []
for (const [name, extra] of variants) gateways.push(await start(name, extra))

for (const [workload, url] of [['W1', '/small'], ['W5', '/merge']]) {
  const loads = await Promise.all(gateways.map(async ({ port }) => {
    const load = new Load(url)
    await load.open(port, connections)
    return load
  }))
  const times = gateways.map(() => [])
  for (let round = -5; round < rounds; round++) {
    for (const i of round % 2 === 0 ? gateways.keys() : [...gateways.keys()].reverse()) {
      const before = processorTime(gateways[i].pid)
      await loads[i].send(burst)
      await wait(afterwards)
      if (round >= 0) times[i].push((processorTime(gateways[i].pid) - before) / burst * 1000)
    }
  }
  for (const load of loads) load.close()
  console.log(`\n| ${workload} | µs | adds, µs | ratio |\n|---|--:|--:|--:|`)
  for (const [i, { name }] of gateways.entries()) {
    const added = median(times[i].map((time, round) => time - times[0][round]))
    const ratio = median(times[i].map((time, round) => times[0][round] / time))
    console.log(`| ${name} | ${median(times[i]).toFixed(1)} | ${added.toFixed(1)} | ${ratio.toFixed(2)} |`)
  }
}
console.log(`\nthe collector received ${(received / 1e6).toFixed(0)} MB`)
process.exit(0)

/** Resolves with the port of a server. */
async function listen (listener) {
  const server = http.createServer({ keepAliveTimeout: 3_600_000 }, listener)
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  return server.address().port
}

/** Starts the built command; it ends with this process. */
async function start (name, extra) {
  const port = await freePort()
  const file = path.join(folder, `krakend-${gateways.length}.json`)
  fs.writeFileSync(file, JSON.stringify({
    version: 3,
    port,
    listen_ip: '127.0.0.1',
    host: [`http://127.0.0.1:${upstream}`],
    extra_config: { router: { disable_access_log: true }, 'telemetry/logging': { level: 'ERROR', stdout: true }, ...extra },
    endpoints: [
      { endpoint: '/small', output_encoding: 'no-op', backend: [{ url_pattern: '/' }] },
      { endpoint: '/merge', backend: ['/a', '/b', '/c'].map((url) => ({ url_pattern: url })) }
    ]
  }))
  const child = spawn(process.execPath, [bin, 'run', '-c', file], { stdio: ['ignore', 'ignore', 'pipe'] })
  process.on('exit', () => { child.kill() })
  await new Promise((resolve) => { child.stderr.on('data', (text) => { if (String(text).includes('listening')) resolve() }) })
  return { name, port, pid: child.pid }
}
