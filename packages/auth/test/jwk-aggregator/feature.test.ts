import { startOrigin } from '@floodgate/testing'
import t from 'tap'
import { startGateway } from '../support/gateway.ts'
import { createSigner, farAway, keySet } from '../support/tokens.ts'

const problemsOf = async (settings: object, endpoints: object[] = []) => {
  const warnings: string[] = []
  const errors: string[] = []
  const { feature } = await import('../../src/jwk-aggregator/feature.ts')
  const into = (told: string[]) => (place: readonly unknown[], message: string): void => { told.push(`${place.slice(2).join('.')}: ${message}`) }
  await feature.setup!({ model: { extra: { 'plugin/http-server': settings }, endpoints }, problem: into(errors), warning: into(warnings) } as never)
  return { errors, warnings }
}

t.test('jwk-aggregator: a validator accepts tokens of all issuers, without a listener', async (t) => {
  const [one, two, other] = await Promise.all(['one', 'two', 'other'].map((kid) => createSigner('RS256', kid)))
  const asked: string[] = []
  const issuer = async (keys: () => string) => (await startOrigin(t, (request, response) => {
    asked.push(request.url!)
    response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'max-age=60' }).end(keys())
  })).url
  const origins = [`${await issuer(() => keySet(one!))}/one`, `${await issuer(() => keySet(two!))}/two`]
  const backend = await startOrigin(t, (_, response) => { response.setHeader('content-type', 'application/json').end('{}') })
  const gateway = await startGateway(t, {
    extra_config: { 'plugin/http-server': { name: ['jwk-aggregator'], 'jwk-aggregator': { port: 9876, cache: true, origins } } },
    endpoints: [{ endpoint: '/p', extra_config: { 'auth/validator': { alg: 'RS256', jwk_url: 'http://localhost:9876', disable_jwk_security: true } }, backend: [{ url_pattern: '/p', host: [backend.url] }] }]
  })
  const status = async (signer: typeof one) => (await gateway.get('/p', { authorization: `Bearer ${await signer!.sign({ exp: farAway })}` })).status
  t.strictSame([await status(one), await status(two), await status(other)], [200, 200, 401])
  t.strictSame(asked.toSorted(), ['/one', '/two'], 'what they answered is kept')
})

t.test('jwk-aggregator: says what is wrong', async (t) => {
  const validator = [{ extra: { 'auth/validator': { jwk_url: 'http://localhost:1' } } }]
  const of = (own: object) => problemsOf({ name: ['jwk-aggregator'], 'jwk-aggregator': { port: 1, origins: ['https://a/keys'], ...own } }, validator)
  t.strictSame(await of({}), { errors: [], warnings: [] })
  t.match(await of({ origins: ['http://a/keys', 'a'] }), { warnings: [/^jwk-aggregator\.origins\.0: sends keys in clear/], errors: [/^jwk-aggregator\.origins\.1: must be an http or https URL/] })
  t.match(await of({ port: 2 }), { warnings: [/^jwk-aggregator\.port: has no effect: no "auth\/validator" has the "jwk_url" "http:\/\/localhost:2"/] })
  t.match(await problemsOf({ name: ['jwk-aggregator'] }), { errors: [/^name: enables "jwk-aggregator", whose settings are missing/] })
  t.match(await problemsOf({ name: [], 'jwk-aggregator': {} }), { warnings: [/^jwk-aggregator: has no effect: add/] })
})
