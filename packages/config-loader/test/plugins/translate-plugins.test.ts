import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { loadConfig, originOf, problemAt, type FeatureSchema, type LoadOptions } from '@floodgate/config-loader'
import t from 'tap'
import { problemsOf } from '../support/problems.ts'

const text = { type: 'string' } as const
const responseBody: FeatureSchema = {
  namespace: 'modifier/response-body',
  schemas: {
    endpoint: { type: 'object', required: ['modifiers'], properties: { modifiers: { type: 'array', items: { type: 'object' } } } },
    backend: { type: 'object', properties: { modifiers: { type: 'array', items: { type: 'object', properties: { literal: { type: 'object', required: ['find'], properties: { field: text, find: text, replace: text }, additionalProperties: false }, regexp: {} } } } } }
  }
}
const basic: FeatureSchema = { namespace: 'auth/basic', schemas: { service: { type: 'object', properties: { htpasswd_path: text, users: { type: 'object', additionalProperties: text } }, additionalProperties: false }, endpoint: { type: 'object' } } }
const redis: FeatureSchema = { namespace: 'redis', schemas: { service: { type: 'object' } } }
const redisLimit: FeatureSchema = { namespace: 'qos/ratelimit/service/redis', schemas: { service: { type: 'object', properties: { every: { type: 'string', format: 'go-duration' }, client_max_rate: { type: 'number' }, connection_name: text, client_capacity: {}, strategy: text, key: text } } } }
const responseSchema: FeatureSchema = { namespace: 'validation/response-json-schema', schemas: { endpoint: { type: 'object', required: ['schema'] }, backend: { type: 'object' } } }
const modifier: FeatureSchema = { namespace: 'plugin/req-resp-modifier', plugins: ['ip-filter'], schemas: { endpoint: { type: 'object', properties: { name: { type: 'array', items: text } } }, backend: { type: 'object', properties: { name: { type: 'array', items: text } } } } }
const server: FeatureSchema = { namespace: 'plugin/http-server', plugins: ['ip-filter'], schemas: { service: { type: 'object', properties: { name: { type: 'array', items: text } } } } }
const features = [responseBody, basic, redis, redisLimit, responseSchema, modifier, server]

const backend = { host: ['http://a'], url_pattern: '/', encoding: 'no-op' }
const ofBackend = (extra: object) => ({ version: 3, endpoints: [{ endpoint: '/a', output_encoding: 'no-op', backend: [{ ...backend, extra_config: extra }] }] })
const ofService = (settings: object, more: object = {}) => ({ version: 3, extra_config: { 'plugin/http-server': settings, ...more }, endpoints: ['/a', '/b/{id}', '/c'].map((endpoint) => ({ endpoint, backend: [{ ...backend, encoding: 'json' }] })) })
const load = async (config: object, options: LoadOptions = {}) => loadConfig(config, { env: {}, features, ...options })
const brief = async (config: object | string, options: LoadOptions = {}) => (await problemsOf(config, { features, ...options })).map(({ severity, place, message }) => `${severity} ${place.join('.')}: ${message}`)

t.test('plugin/http-client: no-redirect and http-proxy are settings of backend/http/client', async (t) => {
  const clientOf = async (extra: object) => (await load(ofBackend(extra))).model.endpoints[0]!.backends[0].client
  t.match(await clientOf({}), { followRedirects: true, proxy: undefined })
  t.equal((await clientOf({ 'plugin/http-client': { name: 'no-redirect' } })).followRedirects, false)
  t.equal((await clientOf({ 'github.com/devopsfaith/krakend/transport/http/client/executor': { name: ['no-redirect'] } })).followRedirects, false, 'by its name of version 1')
  const proxied = await clientOf({ 'backend/http/client': { proxy_address: 'http://proxy.corp:9099' } })
  for (const settings of [{ proxy_address: 'http://proxy.corp:9099' }, { proxy_addr: 'http://proxy.corp:9099', '@comment': '' }, 'http://proxy.corp:9099']) {
    t.same(await clientOf({ 'plugin/http-client': { name: 'http-proxy', 'http-proxy': settings } }), proxied)
  }
  t.match(await clientOf({ 'plugin/http-client': { name: 'no-redirect' }, 'backend/http/client': { send_body_on_redirect: true } }), { followRedirects: false, sendBodyOnRedirect: true }, 'beside other keys')
  t.same(await brief(ofBackend({ 'plugin/http-client': { name: 'no-redirect' } })), [])
})

t.test('plugin/http-client: what cannot be translated stops the start', async (t) => {
  const of = (extra: object) => brief(ofBackend(extra))
  t.match(await of({ 'plugin/http-client': { name: 'http-proxy' } }), [/^error endpoints\.0\.backend\.0\.extra_config\.plugin\/http-client\.name: the plugin "http-proxy" has no address of a proxy/])
  t.match(await of({ 'plugin/http-client': { name: 'http-proxy', 'http-proxy': { proxy: 'x', other: 'y' } } }), [/^error .*plugin\/http-client\.http-proxy: .*no address/])
  t.match(await of({ 'plugin/http-client': { name: 'static-filesystem', 'static-filesystem': { path: '/x' } } }), [/^error .*"static-filesystem" of KrakenD Enterprise is not implemented/], 'its namespace is not implemented')
  t.match(await of({ 'plugin/http-client': { name: ['no-redirect', 'our-signer'] } }), [/^error .*the plugin "our-signer" is not implemented/])
  t.match(await of({ 'plugin/http-client': { name: 'no-redirect' }, 'backend/http/client': { no_redirect: false } }), [/^error .*plugin\/http-client\.name: the plugin "no-redirect" is "backend\/http\/client" today, which is configured in this backend as well/])
  const [problem] = await problemsOf(ofBackend({ 'plugin/http-client': { name: 'http-proxy', 'http-proxy': { proxy_address: 'proxy.corp' } } }), { features })
  t.match(problem, { severity: 'error', place: ['endpoints', 0, 'backend', 0, 'extra_config', 'plugin/http-client', 'http-proxy', 'proxy_address'], value: 'proxy.corp' }, 'at its place in the file')
})

t.test('plugin/req-resp-modifier: content-replacer is modifier/response-body', async (t) => {
  const settings = { name: ['content-replacer'], 'content-replacer': { '@comment': 'no field', 'data.card': { '@comment': 'x', find: '(^\\d{4})(.*)', replace: '$1-XXXX', regexp: true }, message: { find: ' left', replace: '' } } }
  const { model } = await load(ofBackend({ 'plugin/req-resp-modifier': settings }))
  t.same(model.endpoints[0]!.backends[0].extra['modifier/response-body'], { modifiers: [{ regexp: { field: 'data.card', find: '(^\\d{4})(.*)', replace: '$1-XXXX' } }, { literal: { field: 'message', find: ' left', replace: '' } }] })
  t.match(await brief(ofBackend({ 'plugin/req-resp-modifier': { ...settings, 'content-replacer': { a: { replace: '' } } } })), [/^error .*plugin\/req-resp-modifier\.content-replacer\.a: "find" is missing|^error .*content-replacer\.a.*find/])
  t.match(await brief(ofBackend({ 'plugin/req-resp-modifier': settings, 'modifier/response-body': { modifiers: [] } })), [/"content-replacer" is "modifier\/response-body" today, which is configured in this backend as well/])
  t.same((await load(ofBackend({ 'plugin/req-resp-modifier': { 'content-replacer': {} } }))).model.endpoints[0]!.backends[0].extra['modifier/response-body'], undefined, 'nothing switches it on')
  t.match(await brief(ofBackend({ 'plugin/req-resp-modifier': settings }), { features: [modifier] }), [/^error .*name\.0: the plugin "content-replacer" of KrakenD Enterprise is not implemented/])
})

t.test('plugin/req-resp-modifier: response-schema-validator is validation/response-json-schema', async (t) => {
  const schema = { type: 'object' }
  const of = (settings: object) => ({ version: 3, endpoints: [{ endpoint: '/a', extra_config: { 'plugin/req-resp-modifier': settings }, backend: [{ ...backend, encoding: 'json' }] }] })
  const { model } = await load(of({ name: 'response-schema-validator', 'response-schema-validator': { schema, error: { status: 502 } } }))
  t.same(model.endpoints[0]!.extra['validation/response-json-schema'], { schema, error: { status: 502 } })
  t.match(await brief(of({ name: ['response-schema-validator'] })), [/^error endpoints\.0\.extra_config\.plugin\/req-resp-modifier\.name.*schema/], 'without its settings')
})

t.test('plugin/http-server: basic-auth protects the endpoints that it lists', async (t) => {
  const users = { admin: '$2y$05$x' }
  const protectedBy = async (settings: object) => (await load(ofService({ name: ['basic-auth'], 'basic-auth': { users, ...settings } }))).model.endpoints.filter(({ extra }) => extra['auth/basic'] !== undefined).map(({ path }) => path)
  t.same(await protectedBy({ endpoints: ['/b/{id}'] }), ['/b/{id}'])
  t.same(await protectedBy({ endpoints: ['*'] }), ['/a', '/b/{id}', '/c'])
  for (const endpoints of [undefined, [], [7]]) t.same(await protectedBy({ endpoints }), ['/a', '/b/{id}', '/c'])
  const { model } = await load(ofService({ name: ['basic-auth'], 'basic-auth': { users, Endpoints: ['/a'] } }))
  t.same(model.extra['auth/basic'], { users })
  t.match(await brief(ofService({ name: ['basic-auth'], 'basic-auth': { users, endpoints: ['/a', '/b/:id'] } })), [/^error extra_config\.plugin\/http-server\.basic-auth\.endpoints\.1: no endpoint has the path "\/b\/:id"/])
})

t.test('plugin/http-server: redis-ratelimit is a limit of the service with a pool of its own', async (t) => {
  const settings = { host: 'redis', tokenizer: 'header', tokenizer_field: 'X-Key', burst: 20, rate: 10, period: '60s' }
  const { model } = await load(ofService({ name: ['redis-ratelimit'], 'redis-ratelimit': settings }, { redis: { connection_pools: [{ name: 'other', address: 'r:1' }] } }))
  t.same(model.extra['redis'], { connection_pools: [{ name: 'other', address: 'r:1' }, { name: 'redis-ratelimit', address: 'redis:6379' }] })
  t.same(model.extra['qos/ratelimit/service/redis'], { connection_name: 'redis-ratelimit', client_max_rate: 10, client_capacity: 20, every: '60s', strategy: 'header', key: 'X-Key' })
  t.match(await brief(ofService({ name: ['redis-ratelimit'], 'redis-ratelimit': { ...settings, tokenizer: 'jwt' } })), [/^error extra_config\.plugin\/http-server\.redis-ratelimit\.tokenizer: .*tell clients apart by "ip" and "header" only/])
  t.match(await brief(ofService({ name: ['redis-ratelimit'], 'redis-ratelimit': { ...settings, rate: 'many' } })), [/^error extra_config\.plugin\/http-server\.redis-ratelimit\.rate: /])
  t.match(await brief(ofService({ name: ['redis-ratelimit'] })), [/^error extra_config\.plugin\/http-server\.name: /])
  t.match(await brief(ofService({ name: ['redis-ratelimit'] }), { allowUnsupported: ['redis-ratelimit'] }), [/^warning /])
})

t.test('plugins that are translated: problems of features, and origins, are at their places in the file', async (t) => {
  const file = path.join(t.testdir({}), 'krakend.json')
  writeFileSync(file, JSON.stringify(ofBackend({ 'plugin/req-resp-modifier': { name: ['content-replacer'], 'content-replacer': { a: { find: '(', replace: '', regexp: true } } } }), null, 1))
  const loaded = await loadConfig(file, { env: {}, features })
  const place = ['endpoints', 0, 'backend', 0, 'extra_config', 'modifier/response-body', 'modifiers', 0, 'regexp', 'find']
  const problem = problemAt(loaded, place, 'no')
  t.match(problem, { place: ['endpoints', 0, 'backend', 0, 'extra_config', 'plugin/req-resp-modifier', 'content-replacer', 'a', 'find'], value: '(' })
  t.equal(problem.line, JSON.stringify(ofBackend({ 'plugin/req-resp-modifier': { name: ['content-replacer'], 'content-replacer': { a: { find: '(', replace: '', regexp: true } } } }), null, 1).split('\n').findIndex((line) => line.includes('"find"')) + 1)
  t.match(originOf(loaded, place), { kind: 'file', line: problem.line })
})
