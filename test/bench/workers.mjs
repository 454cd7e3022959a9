// How much more two workers serve than one, and two gateways that know nothing of each other, with the load on the same
// processors: requests per second of small answers, in interleaved rounds, and how much more there can be at the most.
// Linux only, needs wrk and nginx. Run: pnpm build && node test/bench/workers.mjs [workers] [rounds] [seconds]
import { execFile, spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { freePort } from '@floodgate/testing'
import { median } from './median.mjs'
import { folder } from './start-measured.mjs'

const [many = 2, rounds = 15, seconds = 2] = process.argv.slice(2).map(Number)
const bin = path.join(import.meta.dirname, '../../packages/cli/dist/bin.js')
const children = []
process.on('exit', () => { for (const child of children) child.kill() })

const upstream = await freePort()
fs.writeFileSync(path.join(folder, 'nginx.conf'), `daemon off; pid ${folder}/nginx.pid; error_log stderr crit; worker_processes 1; events {}
http { access_log off; keepalive_requests 1000000000; server { listen 127.0.0.1:${upstream}; location / { default_type text/plain; return 200 '${'x'.repeat(120)}'; } } }`)
children.push(spawn('nginx', ['-c', path.join(folder, 'nginx.conf'), '-p', folder], { stdio: 'ignore' }))

// One gateway with one worker, one with many, and as many gateways that know nothing of each other.
const rivals = [
  { name: 'one worker', gateways: [await startGateway(1)], rates: [], shares: [] },
  { name: `${many} workers`, gateways: [await startGateway(many)], rates: [], shares: [] },
  { name: `${many} gateways`, gateways: await Promise.all(Array.from({ length: many }, () => startGateway(1))), rates: [], shares: [] }
]
for (let round = -1; round < rounds; round++) {
  for (const { gateways, rates, shares } of rivals) {
    const before = { all: machineTime(), gateways: timeOf(gateways) }
    const rate = await requestsPerSecond(gateways.map(({ port }) => port))
    const [all, own] = [machineTime() - before.all, timeOf(gateways) - before.gateways]
    if (round >= 0) {
      rates.push(rate)
      shares.push(own / all)
    }
  }
}
const [one, all, apart] = rivals
for (const { name, rates, shares } of rivals) {
  console.log(`${name}: ${median(rates).toFixed(0)} requests per second, ${(100 * median(shares)).toFixed(0)} % of the processor time taken by the gateway`)
}
console.log(`${many} workers to one: ${ratio(all, one)}`)
console.log(`${many} gateways to one: ${ratio(apart, one)}`)
console.log(`${many} workers to ${many} gateways: ${ratio(all, apart)}`)
console.log(`with the load on the same ${os.availableParallelism()} processors at most ${(os.availableParallelism() * median(one.shares)).toFixed(2)}, if a request costs the same`)
process.exit(0)

function ratio ({ rates }, { rates: to }) {
  const ratios = rates.map((rate, i) => rate / to[i])
  return `${median(ratios).toFixed(2)} (${ratios.map((value) => value.toFixed(2)).join(' ')})`
}

async function startGateway (workers) {
  const port = await freePort()
  const config = path.join(folder, `krakend-${port}.json`)
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
  return { port, pid: child.pid }
}

/** Processor time that the whole machine has taken, in ticks. */
function machineTime () {
  const [user, nice, system, , , irq, softirq] = fs.readFileSync('/proc/stat', 'utf8').split('\n')[0].split(/\s+/).slice(1).map(Number)
  return user + nice + system + irq + softirq
}

/** Processor time of gateways and their workers, in ticks. */
function timeOf (gateways) {
  return gateways.reduce((sum, { pid }) => sum + withChildren(pid), 0)
}

function withChildren (pid) {
  const fields = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ')
  const below = fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean)
  return below.reduce((sum, child) => sum + withChildren(child), Number(fields[11]) + Number(fields[12]))
}

async function requestsPerSecond (ports) {
  const rates = await Promise.all(ports.map(async (port) => {
    const { stdout } = await promisify(execFile)('wrk', ['-t1', `-c${64 / ports.length}`, `-d${seconds}s`, `http://127.0.0.1:${port}/small`])
    if (stdout.includes('Non-2xx')) throw new Error(stdout)
    return Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)[1])
  }))
  return rates.reduce((sum, rate) => sum + rate, 0)
}
