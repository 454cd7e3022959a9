// Measures what one scrape of floodgate.metrics costs with many endpoints that all had requests.
// Run: pnpm build && node test/bench/metrics-scrape.mjs [ENDPOINTS]
import { createServer } from 'node:http'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '../..')
const from = createRequire(path.join(root, 'packages/cli/package.json'))
const load = (name) => import(from.resolve(name))
const { loadConfiguration, default: gateway } = await load('@floodgate/gateway')
const { default: Fastify } = await load('fastify')
const count = Number(process.argv[2] ?? 2000)

const origin = createServer((_, response) => { response.setHeader('content-type', 'application/json').end('{}') }).listen(0, '127.0.0.1')
await once(origin, 'listening')
const host = [`http://127.0.0.1:${origin.address().port}`]
const config = {
  version: 3,
  extra_config: { floodgate: { metrics: { port: 0 } } },
  endpoints: Array.from({ length: count }, (_, i) => ({ endpoint: `/endpoints/${i}/{id}`, backend: [{ host, url_pattern: `/${i}` }] }))
}
const app = Fastify({ pluginTimeout: 0 })
await app.register(gateway, { config: await loadConfiguration(config), env: {} })
await app.ready()
for (let i = 0; i < count; i++) await app.inject(`/endpoints/${i}/1`)
const url = app.floodgate.get().metricsUrl
const scrape = async () => (await fetch(url)).text()
await scrape()
const times = []
let length = 0
for (let i = 0; i < 9; i++) {
  const before = process.cpuUsage()
  length = (await scrape()).length
  const { user, system } = process.cpuUsage(before)
  times.push((user + system) / 1000)
}
times.sort((a, b) => a - b)
console.log(`${count} endpoints: ${(length / 1e6).toFixed(1)} MB; processor time of a scrape, the reader's included: median ${times[4].toFixed(0)} ms, maximum ${times[8].toFixed(0)} ms`)
await app.close()
origin.close()
