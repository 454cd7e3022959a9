// Workers and whole gateways that die or are replaced under load: failed requests, and how long until all is as before.
// Run: pnpm build && node test/bench/deaths.mjs [requests per second]
import os from 'node:os'
import { killPrimary, killWorkers, roll } from './death-scenarios.mjs'
import { median } from './median.mjs'

const rate = Number(process.argv[2] ?? 200)
const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`
console.log(`${rate} requests per second, Node ${process.versions.node}, ${os.cpus().length} cores, load ${os.loadavg()[0].toFixed(1)} at the start`)
console.log('| what | times | requests | failed | of these on a kept connection | until it is replaced, median and longest |')
console.log('|---|---|---|---|---|---|')
const show = (what, { times, requests, failed, reused, waits }) => {
  const until = waits.length === 0 ? '–' : `${seconds(median(waits))}, ${seconds(Math.max(...waits))}`
  console.log(`| ${what} | ${times} | ${requests} | ${failed} (${(failed / requests * 100).toFixed(2)} %) | ${reused} | ${until} |`)
}
show('kill -9 of one of 4 workers every second', await killWorkers({ rate, workers: 4, times: 10, pause: 1000 }))
show('kill -9 of one of 4 workers, when the one before is replaced', await killWorkers({ rate, workers: 4, times: 5, pause: null }))
show('kill -9 of the primary with 4 workers, restarted after 100 ms', await killPrimary({ rate, workers: 4, times: 5 }))
show('kill -9 of a single process, restarted after 100 ms', await killPrimary({ rate, workers: null, times: 5 }))
const rolled = await roll({ rate, times: 5, notice: '4s', period: 1000 })
show('rolling replacement: SIGTERM of the old one when the new one is ready', rolled)
if (rolled.unrouted > 0) console.log(`For ${rolled.unrouted} connections no gateway was ready in time: the machine is too slow for these probes.`)
