import Fastify from 'fastify'
import t from 'tap'
import gateway from '@floodgate/gateway'
import { startOrigin } from '@floodgate/testing'

const config = (host: string, policy: string) => ({
  version: 3,
  timeout: '60s',
  endpoints: [{
    endpoint: '/x',
    backend: [{ host: [host], url_pattern: '/' }],
    extra_config: { 'qos/ratelimit/tiered': { tier_key: 'X-Plan', tiers: [{ tier_value: policy, tier_value_as: 'policy', ratelimit: { max_rate: 1, every: '1h' } }] } }
  }]
})

t.test('gateway: tiers by policy are asked in the language of security/policies', async (t) => {
  const origin = await startOrigin(t, (_, res) => { res.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}') })
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(gateway, { config: config(origin.url, "value.matches('^User-[a-z]+$')") })
  const ask = async (plan: string) => (await app.inject({ url: '/x', headers: { 'x-plan': plan } })).statusCode
  t.same([await ask('User-a'), await ask('User-b'), await ask('Admin'), await ask('Admin')], [200, 503, 200, 200])
})

t.test('gateway: a tier by policy that is none stops the start', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close())
  const error = await app.register(gateway, { config: config('http://127.0.0.1:10', 'value +') }).then(() => null, (error: unknown) => error)
  t.match(error, { code: 'FG_ERR_CONFIG_INVALID', message: /tier_value.*cannot be evaluated/ })
})
