// How long the command needs until it listens, with one endpoint and with many: from its spawn on, and processor time.
// Run: pnpm build && node test/bench/start.mjs [endpoints] [rounds]
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import path from 'node:path'
import { endpointsOf } from './many-endpoints.mjs'
import { median } from './median.mjs'
import { folder } from './start-measured.mjs'

const [many = 2000, rounds = 7] = process.argv.slice(2).map(Number)
const bin = path.resolve(import.meta.dirname, '../../packages/cli/dist/bin.js')
const counts = [1, many]
const times = new Map(counts.map((count) => [count, []]))
for (let round = 0; round < rounds; round++) for (const count of counts) times.get(count).push(await start(count))
for (const [count, all] of times) {
  console.log(`${count} endpoint${count === 1 ? '' : 's'}: ${median(all.map(({ wall }) => wall)).toFixed(0)} ms, ${median(all.map(({ cpu }) => cpu)).toFixed(0)} ms of processor time`)
}

async function start (count) {
  const file = path.join(folder, `start-${count}.json`)
  fs.writeFileSync(file, JSON.stringify({ version: 3, listen_ip: '127.0.0.1', host: ['http://127.0.0.1:9999'], endpoints: endpointsOf(count) }))
  const began = performance.now()
  const child = spawn(process.execPath, [bin, 'run', '-p', '0', '-c', file], { stdio: ['ignore', 'ignore', 'pipe'] })
  let output = ''
  for await (const text of child.stderr.setEncoding('utf8')) {
    output += text
    if (output.includes('listening on')) break
  }
  if (!output.includes('listening on')) throw new Error(output)
  const wall = performance.now() - began
  const cpu = processorTime(child.pid)
  child.kill('SIGKILL')
  await once(child, 'exit')
  return { wall, cpu }
}

/** In ms, as Linux counts it: in steps of 10. */
function processorTime (pid) {
  const [user, system] = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ').slice(11, 13).map(Number)
  return (user + system) * 10
}
