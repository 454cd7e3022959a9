// How much more two workers serve than one, with the load on the same processors: requests per second of small answers,
// in interleaved rounds. Needs wrk and nginx. Run: pnpm build && node test/bench/workers.mjs [workers] [rounds] [seconds]
import { execFile, spawn } from 'node:child_process'
import fs from 'node:fs'
import http from 'node:http'
import path from 'node:path'
import { promisify } from 'node:util'
import { folder, median } from './start-measured.mjs'

const [many = 2, rounds = 7, seconds = 4] = process.argv.slice(2).map(Number)
const bin = path.join(import.meta.dirname, '../../packages/cli/dist/bin.js')
const children = []
process.on('exit', () => { for (const child of children) child.kill() })

const upstream = await freePort()
fs.writeFileSync(path.join(folder, 'nginx.conf'), `daemon off; pid ${folder}/nginx.pid; error_log stderr crit; worker_processes 1; events {}
http { access_log off; keepalive_requests 1000000000; server { listen 127.0.0.1:${upstream}; location / { default_type text/plain; return 200 '${'x'.repeat(120)}'; } } }`)
children.push(spawn('nginx', ['-c', path.join(folder, 'nginx.conf'), '-p', folder], { stdio: 'ignore' }))

const served = new Map()
for (const workers of [1, many]) {
  const port = await freePort()
  const config = path.join(folder, `krakend-${workers}.json`)
  fs.writeFileSync(config, JSON.stringify({
    version: 3,
    port,
    listen_ip: '127.0.0.1',
    extra_config: { router: { disable_access_log: true }, 'telemetry/logging': { level: 'ERROR', stdout: true } },
    endpoints: [{ endpoint: '/small', output_encoding: 'no-op', backend: [{ host: [`http://127.0.0.1:${upstream}`], url_pattern: '/' }] }]
  }))
  const child = spawn(process.execPath, [bin, 'run', '-c', config, '--workers', String(workers)], { stdio: ['ignore', 'ignore', 'pipe'] })
  children.push(child)
  await new Promise((resolve) => { child.stderr.on('data', (text) => { if (String(text).includes('listening')) resolve() }) })
  served.set(workers, { port, rates: [] })
}
for (let round = -1; round < rounds; round++) {
  for (const { port, rates } of served.values()) {
    const rate = await requestsPerSecond(port)
    if (round >= 0) rates.push(rate)
  }
}
const [one, all] = [served.get(1).rates, served.get(many).rates]
console.log(`requests per second: one worker ${median(one).toFixed(0)}, ${many} workers ${median(all).toFixed(0)}; ratio ${median(all.map((rate, i) => rate / one[i])).toFixed(2)} (${all.map((rate, i) => (rate / one[i]).toFixed(2)).join(' ')})`)
process.exit(0)

async function requestsPerSecond (port) {
  const { stdout } = await promisify(execFile)('wrk', ['-t1', '-c64', `-d${seconds}s`, `http://127.0.0.1:${port}/small`])
  if (stdout.includes('Non-2xx')) throw new Error(stdout)
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)[1])
}

function freePort () {
  return new Promise((resolve) => {
    const server = http.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => { resolve(port) })
    })
  })
}
