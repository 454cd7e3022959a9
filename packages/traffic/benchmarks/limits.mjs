// What each of these namespaces costs a request that it lets through: processor time, beside the same without it.
//
//     pnpm build && node packages/traffic/benchmarks/limits.mjs
import { createFeatures } from '../dist/index.js'

const features = new Map(await Promise.all(createFeatures().map(async (feature) => [feature.namespace, { ...feature, ...await feature.load?.() }])))
const context = { workers: null, scope: {}, model: { extra: {} }, log: console, onClose () {}, problem (place, message) { throw new Error(`${place.join('.')}: ${message}`) } }
const endpoint = { method: 'GET', path: '/x', place: ['endpoints', 0] }
const backend = { method: 'GET', urlPattern: '/x', encoding: 'json', extra: {}, place: ['endpoints', 0, 'backend', 0] }
const plenty = { max_rate: 1e9, capacity: 1e9 }
const byHeader = { client_max_rate: 1e9, client_capacity: 1e9, strategy: 'header', key: 'x-user' }
// Ten thousand clients in turn.
const requests = Array.from({ length: 10_000 }, (_, i) => ({ headers: { 'x-user': `user-${i}`, 'x-tier': 'gold' }, params: {}, ip: `10.0.${i >> 8}.${i & 255}`, raw: {} }))
const answer = { status: 200, headers: { 'cache-control': 'max-age=3600' }, body: Buffer.alloc(2000) }
const call = async () => ({ ...answer, headers: { ...answer.headers } })
const coreRequest = { method: 'GET', origin: 'http://api', target: '/x', headers: { accept: '*/*' } }

const hook = (namespace, settings) => {
  const { preHandler } = features.get(namespace).route(settings, endpoint, context)
  let i = 0
  return () => { preHandler(requests[i++ % requests.length], null, () => {}) }
}
const step = (namespace, settings, place) => {
  const wrapped = features.get(namespace)[place](settings, call, backend, context)
  return () => wrapped(coreRequest)
}

console.log(`| what | µs |
|---|--:|
| \`qos/ratelimit/router\`, \`max_rate\` | ${await measure(hook('qos/ratelimit/router', plenty))} |
| \`qos/ratelimit/router\`, \`client_max_rate\` by header, 10,000 clients | ${await measure(hook('qos/ratelimit/router', byHeader))} |
| both | ${await measure(hook('qos/ratelimit/router', { ...plenty, ...byHeader }))} |
| \`qos/ratelimit/tiered\` of both | ${await measure(hook('qos/ratelimit/tiered', { tier_key: 'x-tier', tiers: [{ tier_value: 'gold', ratelimit: { ...plenty, ...byHeader } }] }))} |
| \`qos/ratelimit/proxy\` | ${await measure(step('qos/ratelimit/proxy', plenty, 'backend'), call)} |
| \`qos/circuit-breaker\` | ${await measure(step('qos/circuit-breaker', { interval: 60, timeout: 10, max_errors: 3 }, 'backend'), call)} |
| \`qos/http-cache\`, an answer that is there | ${await measure(step('qos/http-cache', {}, 'exchange'), call)} |`)

/** The least processor time of five rounds in µs per run, less what `without` takes. */
async function measure (work, without = () => {}) {
  let least = Infinity
  for (let round = 0; round < 5; round++) least = Math.min(least, await time(work) - await time(without))
  return Math.max(0, least).toFixed(2)
}

async function time (work, runs = 100_000) {
  const start = process.cpuUsage()
  for (let i = 0; i < runs; i++) {
    const result = work()
    if (result instanceof Promise) await result
  }
  const { user, system } = process.cpuUsage(start)
  return (user + system) / runs
}
