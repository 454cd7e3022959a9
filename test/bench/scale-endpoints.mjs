// What 2,000 endpoints cost beside one: processor time per request over all of them, memory per endpoint.
// Run: pnpm build && node test/bench/scale-endpoints.mjs [endpoints] [rounds] [--json]
import http from 'node:http'
import { endpointsOf } from './many-endpoints.mjs'
import { median } from './median.mjs'
import { costOf, startMeasured } from './start-measured.mjs'

const [many = 2000, rounds = 7] = process.argv.slice(2).filter((argument) => argument !== '--json').map(Number)
const upstream = http.createServer((_, response) => { response.writeHead(200, { 'content-type': 'text/plain' }).end('ok') })
await new Promise((resolve) => { upstream.listen(0, '127.0.0.1', resolve) })

const config = (count) => ({ host: [`http://127.0.0.1:${upstream.address().port}`], endpoints: endpointsOf(count) })
// Those without parameters: the one endpoint has none.
const pathOf = (count) => (i) => `/r/${2 * i % count}`

// Processes of one configuration differ by more than is to be seen: there are some of each.
const pairs = []
for (let i = 0; i < (rounds === 0 ? 1 : 3); i++) pairs.push([await startMeasured(config(1)), await startMeasured(config(many))])
const [before, after] = [await pairs[0][0].ask('measure'), await pairs[0][1].ask('measure')]
const costs = []
for (let round = rounds === 0 ? 0 : -1; round < rounds; round++) {
  let [first, second] = [0, 0]
  for (const [one, all] of pairs) {
    first += await costOf(one, pathOf(1))
    second += await costOf(all, pathOf(many))
  }
  if (round >= 0) costs.push(second / first)
}
console.log(`memory per endpoint: heap ${kb('heapUsed')}, RSS ${kb('rss')} KB`)
if (rounds > 0) console.log(`processor time per request, ${many} endpoints to one: ${median(costs).toFixed(3)} (${costs.map((cost) => cost.toFixed(2)).join(' ')})`)
if (process.argv.includes('--json')) console.log(JSON.stringify({ heapKb: Number(kb('heapUsed')), rssKb: Number(kb('rss')) }))
process.exit(0)

function kb (key) {
  return ((after[key] - before[key]) / 1024 / (many - 1)).toFixed(1)
}
