// What one scrape of floodgate.metrics costs with many endpoints that all had requests, under a little load: processor time of all
// processes of the built command, beyond that of the same time without a scrape.
// Linux only. Run: pnpm build && node test/bench/metrics-scrape.mjs [ENDPOINTS] [WORKERS] [REQUESTS PER SECOND]
import { setTimeout as wait } from 'node:timers/promises'
import { median } from './median.mjs'
import { processorTime } from './processor-time.mjs'
import { startWatched } from './start-watched.mjs'

const [endpoints = 2000, workers = 0, perSecond = 10] = process.argv.slice(2).map(Number)
const during = 2_000
const gateway = await startWatched({ endpoints, workers, perSecond })
const [idle, times, texts] = [[], [], []]
for (let i = 0; i < 15; i++) {
  idle.push(await timeOf(async () => {}))
  times.push(await timeOf(async () => { texts.push((await (await fetch(gateway.metricsUrl)).text()).length) }))
}
const usual = median(idle)
console.log(gateway.name)
console.log(`a scrape of ${(median(texts) / 1e6).toFixed(1)} MB: median ${(median(times) - usual).toFixed(0)} ms of processor time, maximum ${(Math.max(...times) - usual).toFixed(0)} ms`)
process.exit(0)

/** Processor time of a while in which something is done, in ms. */
async function timeOf (work) {
  const before = processorTime(gateway.pid)
  await Promise.all([work(), wait(during)])
  return processorTime(gateway.pid) - before
}
