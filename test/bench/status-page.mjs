// How much of a processor the viewers of the status page take, with many endpoints that all had requests, under a little load: the
// processor time of all processes of the built command, with viewers and without, in turns.
// Linux only. Run: pnpm build && node test/bench/status-page.mjs [ENDPOINTS] [VIEWERS] [SECONDS] [WORKERS] [REQUESTS PER SECOND]
import http from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { median } from './median.mjs'
import { processorTime } from './processor-time.mjs'
import { startWatched } from './start-watched.mjs'

const [endpoints = 2000, viewers = 10, seconds = 60, workers = 0, perSecond = 50] = process.argv.slice(2).map(Number)
const rounds = 3
const gateway = await startWatched({ endpoints, workers, perSecond })
const shares = { without: [], with: [] }
let bytes = 0
for (let round = 0; round < rounds; round++) {
  await wait(2_000)
  shares.without.push(await share(seconds / rounds))
  const streams = Array.from({ length: viewers }, () => http.get({ port: gateway.status, path: '/events', agent: false }, (response) => {
    response.on('data', (part) => { bytes += part.length })
  }))
  // Until rates look back as far as they do later.
  await wait(12_000)
  bytes = 0
  shares.with.push(await share(seconds / rounds))
  for (const stream of streams) stream.destroy()
}
const percent = (values) => `${median(values).toFixed(2)} % (${values.map((value) => value.toFixed(2)).join(' ')})`
console.log(gateway.name)
console.log(`of a processor without viewers: ${percent(shares.without)}`)
console.log(`with ${viewers}: ${percent(shares.with)}`)
console.log(`the viewers: ${percent(shares.with.map((value, i) => value - shares.without[i]))}; ${(bytes / viewers / (seconds / rounds) / 1024).toFixed(1)} KB per second to each`)
process.exit(0)

/** Percent of a processor that the gateway takes. */
async function share (during) {
  const [before, begun] = [processorTime(gateway.pid), performance.now()]
  await wait(during * 1000)
  return 100 * (processorTime(gateway.pid) - before) / (performance.now() - begun)
}
