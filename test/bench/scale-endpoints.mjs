// What 2,000 endpoints cost beside one: processor time per request over all of them, time to start, memory per endpoint.
// Run: pnpm build && node test/bench/scale-endpoints.mjs [endpoints] [rounds] [--json]
import http from 'node:http'
import { endpointsOf } from './many-endpoints.mjs'
import { costOf, median, startMeasured } from './start-measured.mjs'

const [many = 2000, rounds = 7] = process.argv.slice(2).filter((argument) => argument !== '--json').map(Number)
const upstream = http.createServer((_, response) => { response.writeHead(200, { 'content-type': 'text/plain' }).end('ok') })
await new Promise((resolve) => { upstream.listen(0, '127.0.0.1', resolve) })

const config = (count) => ({ host: [`http://127.0.0.1:${upstream.address().port}`], endpoints: endpointsOf(count) })
// Those without parameters: the one endpoint has none.
const pathOf = (count) => (i) => `/r/${2 * i % count}`

const one = await startMeasured(config(1))
const all = await startMeasured(config(many))
const [before, after] = [await one.ask('measure'), await all.ask('measure')]
const costs = []
for (let round = rounds === 0 ? 0 : -1; round < rounds; round++) {
  const [first, second] = [await costOf(one, pathOf(1)), await costOf(all, pathOf(many))]
  if (round >= 0) costs.push(second / first)
}
console.log(`start: ${all.wall.toFixed(0)} ms, ${all.cpu.toFixed(0)} ms of processor time; with one endpoint ${one.wall.toFixed(0)} and ${one.cpu.toFixed(0)} ms`)
console.log(`memory per endpoint: heap ${kb('heapUsed')}, RSS ${kb('rss')} KB`)
if (rounds > 0) console.log(`processor time per request, ${many} endpoints to one: ${median(costs).toFixed(3)} (${costs.map((cost) => cost.toFixed(2)).join(' ')})`)
if (process.argv.includes('--json')) console.log(JSON.stringify({ heapKb: Number(kb('heapUsed')), rssKb: Number(kb('rss')) }))
process.exit(0)

function kb (key) {
  return ((after[key] - before[key]) / 1024 / (many - 1)).toFixed(1)
}
