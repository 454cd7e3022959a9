// What requests cost beside handlers written by hand that do the same: processor time per request, as a ratio, in
// interleaved rounds; and beside other proxies for Node, and nginx, HAProxy and Caddy, where they are installed. Prints Markdown.
//
//     pnpm build && node test/bench/side-by-side.mjs [--rounds 9] [--burst 3000] [--workloads W1,W3] [--alone] [--rate 2000]
//         [--before ../earlier/packages/cli/dist/bin.js] [--json]
//
// --alone leaves the others out; --rate tells how long answers take at so many requests per second in place of what they
// cost, --rate max at as many as 64 connections can send; --before adds another build of the gateway. Linux only: processor
// time is read from /proc. With two processors, the load has one of its own.
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { freePort } from '@floodgate/testing'
import { Load } from './load.mjs'
import { median } from './median.mjs'
import { findNatives, isInstalled } from './peers/natives.mjs'
import { workloads, writeConfig } from './workloads.mjs'

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '9' },
    burst: { type: 'string', default: '3000' },
    workloads: { type: 'string' },
    alone: { type: 'boolean', default: false },
    rate: { type: 'string' },
    before: { type: 'string' },
    json: { type: 'boolean', default: false }
  }
})
const rounds = Number(options.rounds)
const chosen = workloads.filter(({ name }) => options.workloads === undefined || options.workloads.split(',').includes(name))
const connections = 64
const isPinned = os.availableParallelism() > 1 && isInstalled('taskset')
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'floodgate-bench-'))
const children = []
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL')
  fs.rmSync(folder, { recursive: true })
})
if (isPinned) execFileSync('taskset', ['-a', '-c', '-p', '1', String(process.pid)])

// Proxies for Node that pass answers on: the script of each.
const proxies = {
  'node:http': ['raw'],
  'reply-from': ['reply-from'],
  'reply-from, tuned': ['reply-from', 'tuned'],
  '@fastify/http-proxy': ['fastify-http-proxy'],
  'http-proxy': ['http-proxy'],
  express: ['express']
}
const names = ['upstream', 'secure', 'proxy', 'by hand', 'floodgate', 'before', 'bare', ...Object.keys(proxies), 'nginx', 'haproxy', 'caddy']
const ports = Object.fromEntries(await Promise.all(names.map(async (name) => [name, await freePort()])))
const plain = `http://127.0.0.1:${ports.upstream}`
const secure = `https://127.0.0.1:${ports.secure}`
const tunnelled = `https://upstream.test:${ports.secure}`
const proxy = `http://127.0.0.1:${ports.proxy}`
const gateway = (name, bin) => {
  const config = path.join(folder, `${name}.json`)
  fs.writeFileSync(config, JSON.stringify(writeConfig({ port: ports[name], plain, secure, tunnelled })))
  return { name, command: [process.execPath, bin, 'run', '-c', config], port: ports[name] }
}

run(1, script('upstream.mjs', ports.upstream, ports.secure, ports.proxy))
await Promise.all([ports.upstream, ports.secure, ports.proxy].map(listening))
const rivals = [
  { name: 'by hand', command: script('peers/by-hand.mjs', ports['by hand'], plain, secure, tunnelled, proxy), port: ports['by hand'] },
  gateway('floodgate', path.join(import.meta.dirname, '../../packages/cli/dist/bin.js')),
  ...options.before === undefined ? [] : [gateway('before', path.resolve(options.before))],
  // What no gateway reaches.
  { name: 'bare', command: script('peers/bare.mjs', ports.bare, plain), port: ports.bare, serves: ({ name }) => ['W1', 'W2', 'W3'].includes(name) },
  ...options.alone
    ? []
    : [
        ...Object.entries(proxies).map(([name, [file, ...more]]) => ({ name, command: script(`peers/${file}.mjs`, ports[name], plain, secure, ...more), port: ports[name] })),
        ...findNatives({ folder, port: (name) => ports[name], plain, secure })
      ].map((other) => ({ ...other, serves: ({ name, decoded }) => !decoded && name !== 'W7' }))
]
for (const rival of rivals) {
  rival.pid = run(0, rival.command).pid
  await listening(rival.port)
}

const results = []
for (const workload of chosen) {
  const here = rivals.filter(({ serves = () => true }) => serves(workload))
  await compareAnswers(workload, here)
  results.push({ workload, rivals: options.rate === undefined ? await compareCost(workload, here) : await compareTimes(workload, here) })
}
if (options.json) console.log(JSON.stringify(results.map(({ workload: { name }, rivals }) => ({ name, ...rivals.floodgate }))))
else if (options.rate === undefined) printCost()
else printTimes()
process.exit(0)

/** Who answers something else is no rival. */
async function compareAnswers ({ path, method = 'GET' }, here) {
  const [byHand, ...others] = await Promise.all(here.map(async ({ name, port }) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { method, ...method === 'POST' && { body: '{}', headers: { 'content-type': 'application/json' } } })
    return { name, answer: await response.json() }
  }))
  for (const { name, answer } of others) assert.deepEqual(answer, byHand.answer, `${name} at ${path}`)
}

async function compareCost (workload, here) {
  const requests = Math.ceil(Number(options.burst) * (workload.share ?? 1))
  const loads = await openLoads(workload, here)
  const costs = Object.fromEntries(here.map(({ name }) => [name, []]))
  // Until the compiler has seen enough.
  for (let round = 0; round < 3; round++) for (const { name } of here) await loads[name].send(requests)
  for (let round = 0; round < rounds; round++) {
    for (const { name, pid } of round % 2 ? here.toReversed() : here) {
      const before = processorTime(pid)
      await loads[name].send(requests)
      costs[name].push((processorTime(pid) - before) / requests)
    }
  }
  for (const { name } of here) loads[name].close()
  return Object.fromEntries(here.map(({ name }) => [name, { cost: median(costs[name]), ratio: median(costs[name].map((cost, i) => costs['by hand'][i] / cost)) }]))
}

async function compareTimes (workload, here) {
  const requests = Math.ceil(Number(options.burst) * (workload.share ?? 1))
  const loads = await openLoads(workload, here)
  const times = Object.fromEntries(here.map(({ name }) => [name, []]))
  for (let round = 0; round < 3; round++) for (const { name } of here) await loads[name].send(requests)
  for (let round = 0; round < rounds; round++) {
    for (const { name } of round % 2 ? here.toReversed() : here) {
      const sorted = options.rate === 'max' ? await loads[name].sendTimed(requests) : await loads[name].sendAtRate(Number(options.rate), 3)
      times[name].push({ half: sorted[sorted.length >> 1], slow: sorted[Math.floor(sorted.length * 0.99)] })
    }
  }
  for (const { name } of here) loads[name].close()
  return Object.fromEntries(here.map(({ name }) => [name, {
    half: median(times[name].map(({ half }) => half)),
    slow: median(times[name].map(({ slow }) => slow)),
    ...times.before !== undefined && { ratio: median(times[name].map(({ slow }, i) => slow / times.before[i].slow)) }
  }]))
}

async function openLoads ({ path, method }, here) {
  const body = method === 'POST' ? JSON.stringify('y'.repeat(10_000)) : ''
  const loads = {}
  for (const { name, port } of here) {
    loads[name] = new Load(path, { method, body })
    await loads[name].open(port, connections)
  }
  return loads
}

function printCost () {
  const others = rivals.filter(({ name }) => name !== 'by hand')
  console.log(`Requests per second of processor time, as a ratio to the handlers by hand; Node ${process.versions.node}, ${rounds} rounds, ${connections} connections${isPinned ? ', pinned' : ''}.\n`)
  console.log(`| | | by hand, µs | ${others.map(({ name }) => name).join(' | ')} |\n|---|---|--:|${'--:|'.repeat(others.length)}`)
  for (const { workload, rivals } of results) {
    const ratios = others.map(({ name }) => rivals[name]?.ratio.toFixed(2) ?? '–')
    console.log(`| ${workload.name} | ${workload.what} | ${(rivals['by hand'].cost * 1e6).toFixed(0)} | ${ratios.join(' | ')} |`)
  }
  const [passed, single] = ['W2', 'single'].map((name) => results.find(({ workload }) => workload.name === name)?.rivals.floodgate.cost)
  if (passed && single) console.log(`\nOne decoded backend of 10 KB serves ${(passed / single).toFixed(2)} times as many requests as W2.`)
}

function printTimes () {
  console.log(`Time to an answer at ${options.rate === 'max' ? 'saturation' : `${options.rate} requests per second`}, p50 and p99 in ms; Node ${process.versions.node}, medians of ${rounds} rounds.\n`)
  console.log(`| | | ${rivals.map(({ name }) => name).join(' | ')} |\n|---|---|${'--:|'.repeat(rivals.length)}`)
  for (const { workload, rivals: times } of results) {
    console.log(`| ${workload.name} | ${workload.what} | ${rivals.map(({ name }) => times[name] === undefined ? '–' : `${times[name].half.toFixed(2)}, ${times[name].slow.toFixed(2)}`).join(' | ')} |`)
  }
  if (options.before === undefined) return
  for (const { workload, rivals: { floodgate } } of results) console.log(`\n${workload.name}: the p99 is ${floodgate.ratio.toFixed(2)} times that of the build before, median of the rounds.`)
}

/** Of all threads, in s. */
function processorTime (pid) {
  return fs.readdirSync(`/proc/${pid}/task`).reduce((sum, thread) => sum + Number(fs.readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]), 0) / 1e9
}

function script (name, ...args) {
  return [process.execPath, path.join(import.meta.dirname, name), ...args.map(String)]
}

function run (processor, [command, ...args]) {
  const all = isPinned ? ['taskset', '-c', String(processor), command, ...args] : [command, ...args]
  // taskset becomes what it starts.
  const child = spawn(all[0], all.slice(1), { stdio: 'ignore', env: { ...process.env, HTTPS_PROXY: proxy, NO_PROXY: '127.0.0.1' } })
  children.push(child)
  child.once('exit', (code, signal) => { throw new Error(`${command} ${args.join(' ')} ended with ${signal ?? code}`) })
  return child
}

async function listening (port) {
  for (const end = Date.now() + 60_000; Date.now() < end;) {
    const isUp = await new Promise((resolve) => {
      const socket = net.connect(port, '127.0.0.1', () => { socket.destroy(); resolve(true) }).on('error', () => { resolve(false) })
    })
    if (isUp) return
    await new Promise((resolve) => { setTimeout(resolve, 50) })
  }
  throw new Error(`nothing listens on port ${port}`)
}
