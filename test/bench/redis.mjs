// Redis fails in five ways under load and comes back: what limits and caches that use it answer, and what it costs.
// Run: pnpm build && node test/bench/redis.mjs [requests per second] [seconds that it fails]
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { startRedis } from '@floodgate/testing'
import { configure, endpoints, faults, runFault, startBackend, startGateway } from './redis-faults.mjs'

const rate = Number(process.argv[2] ?? 200)
const during = Number(process.argv[3] ?? 8)
/** The first time after the fault, in ms: until its connection is given up. */
const FIRST = 2000

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'floodgate-redis-'))
const file = path.join(folder, 'krakend.json')
console.log('| Redis | endpoint | answers while it fails | median and slowest in ms, before | first 2 s | then | after it is back | normal again after |')
console.log('|---|---|---|---|---|---|---|---|')
const lines = {}
for (const fault of Object.keys(faults)) {
  const closers = []
  const redis = await startRedis({ teardown (close) { closers.push(close) } })
  const backend = await startBackend()
  fs.writeFileSync(file, JSON.stringify(configure(backend.url, redis.port)))
  const gateway = await startGateway(file)
  const { answers, failed, mending, mended, lines: said } = await runFault({ redis, gateway, fault, rate, warm: 4, during })
  for (const name of endpoints) {
    const of = (from, to) => answers.filter((answer) => answer.name === name && answer.asked >= from && answer.asked < to)
    const row = [
      fault,
      `/${name}`,
      statuses(of(failed, mending)),
      times(of(failed - FIRST, failed)),
      times(of(failed, failed + FIRST)),
      times(of(failed + FIRST, mending)),
      statuses(of(mended + FIRST, Infinity)),
      `${Math.max(0, ...of(mended, Infinity).filter(({ status }) => status !== 200).map(({ asked }) => asked - mended)).toFixed(0)} ms`
    ]
    console.log(`| ${row.join(' | ')} |`)
  }
  lines[fault] = said.map((line) => line.slice(line.indexOf('redis:')))
  await gateway.close()
  backend.close()
  for (const close of closers) await close()
}
fs.rmSync(folder, { recursive: true })
console.log('\nlog lines:')
for (const [fault, said] of Object.entries(lines)) console.log(`${fault}: ${said.length}\n  ${said.join('\n  ')}`)

function statuses (some) {
  const counts = new Map()
  for (const { status } of some) counts.set(status, (counts.get(status) ?? 0) + 1)
  return [...counts].sort(([a], [b]) => a - b).map(([status, count]) => `${status}: ${(100 * count / some.length).toFixed(1)} %`).join(', ')
}

function times (some) {
  const sorted = some.map(({ took }) => took).sort((a, b) => a - b)
  return `${(sorted[sorted.length >> 1] ?? 0).toFixed(1)}, ${(sorted.at(-1) ?? 0).toFixed(0)}`
}
