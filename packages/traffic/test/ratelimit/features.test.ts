import { readFileSync } from 'node:fs'
import Fastify, { type FastifyInstance } from 'fastify'
import { CoreRequest, Call, type Backend, type Endpoint, type Feature, type FeatureContext, type StepResponse } from '@floodgate/core'
import { codes, createFeatures } from '@floodgate/traffic'
import t, { type Test } from 'tap'
import { createKeep } from '../support/create-keep.ts'

const features = createFeatures({
  loadCondition: async () => (source) => {
    if (source === '') throw new SyntaxError('is nothing')
    return (_, value) => value.startsWith(source)
  }
})
const feature = (namespace: string): Promise<Partial<Feature>> => features.find((feature) => feature.namespace === namespace)!.load!()

/** An app with the hooks of one namespace on /x/:id and on everything. */
async function start (t: Test, namespace: string, { route, service, router = {} }: { route?: object, service?: object, router?: object }) {
  const app = Fastify() as unknown as FastifyInstance
  const closers: (() => void | Promise<void>)[] = []
  t.teardown(async () => {
    await app.close()
    for (const close of closers) await close()
  })
  const warnings: string[] = []
  const problems: string[] = []
  const context = {
    workers: null,
    model: { extra: { router }, endpoints: [{ path: '/x/{id}', place: ['endpoints', 0] }] },
    scope: app,
    problem: (place: unknown[], message: string) => { problems.push(`${place.join('.')}: ${message}`) },
    warning: (place: unknown[], message: string) => { warnings.push(`${place.join('.')}: ${message}`) },
    keep: createKeep((close) => { closers.push(close) }),
    checkReady () {}
  } as unknown as FeatureContext
  const ofService = service && (await feature(namespace)).service!(service, context)
  if (ofService?.onRequest) app.addHook('onRequest', ofService.onRequest)
  const ofRoute = route && (await feature(namespace)).route!(route, { path: '/x/{id}', method: 'GET', place: ['endpoints', 0] } as unknown as Endpoint, context)
  app.all('/x/:id', { ...(ofRoute?.preHandler && { preHandler: ofRoute.preHandler }) }, async () => 'passed')
  return {
    app,
    warnings,
    problems,
    hooks: ofRoute ?? ofService,
    async ask (headers: Record<string, string | string[]> = {}, url = '/x/1') {
      const { statusCode, body } = await app.inject({ url, headers })
      if (statusCode !== 200) t.equal(body, statusCode === 404 ? body : '')
      return statusCode
    },
    async all (times: number, headers?: Record<string, string>, url?: string) {
      const statuses = []
      for (let i = 0; i < times; i++) statuses.push(await this.ask(headers, url))
      return statuses
    }
  }
}

t.test('qos/ratelimit/router: 503 for everybody, 429 by client, and nothing in the answer', async (t) => {
  const everybody = await start(t, 'qos/ratelimit/router', { route: { max_rate: 2, every: '1h', capacity: 2 } })
  t.same(await everybody.all(3), [200, 200, 503])
  const header = await start(t, 'qos/ratelimit/router', { route: { client_max_rate: 1, every: '1h', strategy: 'Header', key: 'X-Client' } })
  t.same(await header.all(2, { 'x-client': 'a' }), [200, 429])
  t.same(await header.all(1, { 'x-client': 'b' }), [200])
  t.same(await header.all(1), [429], 'without the header')
  const param = await start(t, 'qos/ratelimit/router', { route: { client_max_rate: 1, every: '1h', strategy: 'param', key: 'id' } })
  t.same([...await param.all(2, {}, '/x/1'), ...await param.all(1, {}, '/x/2')], [200, 429, 200])
  const other = await start(t, 'qos/ratelimit/router', { route: { client_max_rate: 1, every: '1h', strategy: 'param', key: 'toString' } })
  t.same(await other.all(1), [429], 'a parameter that is none')
})

t.test('qos/ratelimit/router: tells clients by address, also by one in a header', async (t) => {
  const ip = await start(t, 'qos/ratelimit/router', { route: { client_max_rate: 1, every: '1h', strategy: 'ip' }, router: { forwarded_by_client_ip: false } })
  t.same(await ip.all(2, { 'x-forwarded-for': '1.1.1.1' }), [200, 429])
  t.same(await ip.all(1, { 'x-forwarded-for': '2.2.2.2' }), [429], 'nobody is believed')
  const key = await start(t, 'qos/ratelimit/router', { route: { client_max_rate: 1, every: '1h', strategy: 'ip', key: 'X-From' }, router: { forwarded_by_client_ip: false } })
  t.same(await key.all(2, { 'x-from': '1.1.1.1:80, 9.9.9.9' }), [200, 429])
  t.same(await key.all(1, { 'x-from': '1.1.1.1' }), [429])
  t.same(await key.all(1, { 'x-from': '1.1.1.2' }), [200])
  t.same(await key.all(2, { 'x-from': 'somewhere' }), [200, 429], 'the connection\'s address instead')
})

t.test('qos/ratelimit/router: the client\'s limit comes first', async (t) => {
  const both = await start(t, 'qos/ratelimit/router', { route: { max_rate: 2, capacity: 2, client_max_rate: 1, client_capacity: 1, every: '1h', strategy: 'header', key: 'x' } })
  t.same([...await both.all(2, { x: 'a' }), ...await both.all(1, { x: 'b' }), ...await both.all(1, { x: 'c' })], [200, 429, 200, 503])
})

t.test('qos/ratelimit/router: what limits nothing adds no hook', async (t) => {
  const none = await start(t, 'qos/ratelimit/router', { route: { max_rate: 0 } })
  t.equal(none.hooks, undefined)
  t.same(none.warnings, ['endpoints.0.extra_config.qos/ratelimit/router: has no effect: neither "max_rate" nor "client_max_rate" is above 0'])
  const odd = await start(t, 'qos/ratelimit/router', { route: { client_max_rate: 3, strategy: 'cookie' } })
  t.equal(odd.hooks, undefined)
  t.match(odd.warnings, [/client_max_rate: has no effect with the strategy "cookie": use "ip"/])
})

t.test('qos/ratelimit/router: warns of a limit that refuses everybody', async (t) => {
  const limit = { client_max_rate: 1 }
  for (const [settings, why] of [
    [{ strategy: 'header' }, 'name the header in "key"'], [{ strategy: 'PARAM' }, 'name the parameter in "key"'], [{ strategy: 'param', key: 'Id' }, 'the path /x/{id} has no parameter {Id}']
  ] as const) {
    const { warnings, ask } = await start(t, 'qos/ratelimit/router', { route: { ...limit, ...settings } })
    t.same(warnings, [`endpoints.0.extra_config.qos/ratelimit/router.client_max_rate: answers every request with 429: ${why}`])
    t.equal(await ask(), 429)
  }
  for (const settings of [{ strategy: 'ip' }, { strategy: 'header', key: 'X-Client' }, { strategy: 'param', key: 'id' }]) t.same((await start(t, 'qos/ratelimit/router', { route: { ...limit, ...settings } })).warnings, [])
})

t.test('qos/ratelimit/router: closes a connection whose body nobody reads', async (t) => {
  const { app } = await start(t, 'qos/ratelimit/service', { service: { max_rate: 1, every: '1h' } })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  await fetch(`${url}/x/1`)
  const body = new ReadableStream({ pull: (to) => { to.enqueue(new Uint8Array(1024)) } })
  const response = await fetch(`${url}/x/1`, { method: 'POST', body, duplex: 'half' } as RequestInit).catch((error: unknown) => error)
  if (response instanceof Response) {
    t.equal(response.status, 503)
    t.equal(response.headers.get('connection'), 'close')
  }
})

t.test('qos/ratelimit/service: limits every request, also those that match no route', async (t) => {
  const service = await start(t, 'qos/ratelimit/service', { service: { max_rate: 2, capacity: 2, every: '1h' } })
  t.same([await service.ask(), await service.ask({}, '/nowhere'), await service.ask(), await service.ask({}, '/nowhere')], [200, 404, 503, 503])
  const tiered = await start(t, 'qos/ratelimit/tiered', { service: { tier_key: 'x', tiers: [{ tier_value_as: '*', ratelimit: { max_rate: 1 } }] } })
  for (const { hooks } of [service, tiered]) t.match(hooks, { sparesHealth: true }, 'a gateway under load is not taken for a dead one')
})

t.test('qos/ratelimit/tiered: the first tier that fits counts', async (t) => {
  const tiers = [
    { tier_value: 'gold', ratelimit: { max_rate: 2, capacity: 2, every: '1h' } },
    { tier_value: 'free', tier_value_as: 'literal', ratelimit: { client_max_rate: 1, every: '1h', strategy: 'header', key: 'x-user' } },
    { tier_value: 'staff' },
    { tier_value_as: '*', ratelimit: { max_rate: 1, every: '1h' } }
  ]
  const tiered = await start(t, 'qos/ratelimit/tiered', { route: { tier_key: 'X-Tier', tiers } })
  t.same(await tiered.all(3, { 'x-tier': 'gold' }), [200, 200, 503])
  t.same(await tiered.all(2, { 'x-tier': 'free', 'x-user': 'a' }), [200, 429])
  t.same(await tiered.all(1, { 'x-tier': 'free', 'x-user': 'b' }), [200])
  t.same(await tiered.all(3, { 'x-tier': 'staff' }), [200, 200, 200])
  t.same(await tiered.all(2, { 'x-tier': 'else' }), [200, 503])
  t.same(await tiered.all(1), [503], 'without the header it is any value')
  const named = await start(t, 'qos/ratelimit/tiered', { route: { tier_key: 'X-Tier', tiers: tiers.slice(0, 3) } })
  t.same(await named.all(3), [200, 200, 200], 'no tier, no limit')
  t.same(await named.all(3, { 'x-tier': 'else' }), [200, 200, 200])
})

t.test('qos/ratelimit/tiered: tiers by policy ask about the header', async (t) => {
  const limit = { max_rate: 1, every: '1h' }
  const tiered = await start(t, 'qos/ratelimit/tiered', { service: { tier_key: 'x-tier', tiers: [{ tier_value: 'gold', tier_value_as: 'policy', ratelimit: limit }] } })
  t.same(await tiered.all(2, { 'x-tier': 'golden' }), [200, 503])
  t.same([...await tiered.all(1, { 'x-tier': 'old' }), ...await tiered.all(1)], [200, 200])
  const bad = await start(t, 'qos/ratelimit/tiered', { service: { tier_key: 'x', tiers: [{ tier_value_as: 'policy', ratelimit: limit }] } })
  t.match(bad.problems, [/tiers\.0\.tier_value: cannot be evaluated: is nothing/])
})

t.test('qos/ratelimit/proxy: fails the backend\'s step', async (t) => {
  const proxy = await feature('qos/ratelimit/proxy')
  const next = async () => ({ status: 200 }) as StepResponse
  const warnings: string[] = []
  const context = { workers: null, model: { endpoints: [] }, keep: createKeep(), warning: (place: readonly unknown[], message: string) => { warnings.push(`${place.join('.')}: ${message}`) } } as unknown as FeatureContext
  const backend = { place: ['endpoints', 0, 'backend', 0] } as unknown as Backend
  t.equal(proxy.backend!({ max_rate: 0 }, next, backend, context), next, 'no limit costs nothing')
  t.same(warnings, ['endpoints.0.backend.0.extra_config.qos/ratelimit/proxy: limits nothing: "max_rate" is not above 0'])
  const step = proxy.backend!({ max_rate: 1, capacity: 2, every: '1h' }, next, backend, context)
  const request = new CoreRequest({} as CoreRequest['incoming'], new Call(0), 'GET', {}, {}, null, null)
  await step(request)
  await step(request)
  await t.rejects(step(request), { code: 'FG_ERR_TRAFFIC_RATE', message: 'rate limit exceded', status: 500, kind: 'refused' })
})

t.test('errors: each is in the README', async (t) => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
  t.strictSame([...new Set(readme.match(/FG_ERR_\w+/g))].sort(), Object.keys(codes).sort())
  for (const { namespace } of features) t.ok(readme.includes(`\`${namespace}\``), namespace)
})

t.test('strategy header: of several lines the first is the key', async (t) => {
  const { ask } = await start(t, 'qos/ratelimit/router', { route: { client_max_rate: 1, client_capacity: 1, every: '1h', strategy: 'header', key: 'X-Key' } })
  t.same([await ask({ 'x-key': 'a' }), await ask({ 'x-key': ['a', 'b'] }), await ask({ 'x-key': ['a', 'c, d'] }), await ask({ 'x-key': ['b', 'a'] }), await ask({ 'x-key': 'a, b' })], [200, 429, 429, 200, 200])
})

t.test('qos/ratelimit/tiered: the first line names the tier', async (t) => {
  const { ask } = await start(t, 'qos/ratelimit/tiered', { route: { tier_key: 'X-Tier', tiers: [{ tier_value: 'free', tier_value_as: 'literal', ratelimit: { max_rate: 1, every: '1h' } }, { tier_value: 'gold', tier_value_as: 'literal' }] } })
  t.same([await ask({ 'x-tier': 'free' }), await ask({ 'x-tier': ['free', 'gold'] }), await ask({ 'x-tier': ['gold', 'free'] })], [200, 503, 200])
})
