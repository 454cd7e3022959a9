import t from 'tap'
import { script, start } from './support.ts'

const mark = (more = '') => `export default {
  incoming ({ headers }) { headers['x-a'] = (headers['x-a'] ?? '') + 'i' },
  request (request) { request.headers['x-a'] = (request.headers['x-a'] ?? '') + 'r' ${more} },
  response (response) { response.data.order = (response.data.order ?? '') + 'p' }
}`
const ofBackend = (more = '') => `export default { async request (request, context) { ${more} request.headers['x-a'] = (request.headers['x-a'] ?? '') + 'b' }, response (response) { response.data.order = 'b' } }`

t.test('floodgate.script: from the client inwards, and back', async (t) => {
  const { send } = await start(t, { 'e.mjs': mark(), 'b.mjs': ofBackend() }, { extra_config: script('e.mjs') }, { backend: { extra_config: { ...script('b.mjs'), 'modifier/martian': { 'header.Append': { scope: ['request'], name: 'X-Martian', value: 'after' } } } } })
  const { seen, body } = await send()
  t.match(seen?.headers, { 'x-a': 'irb', 'x-martian': 'after' })
  t.equal(JSON.parse(body).order, 'bp')
})

t.test('floodgate.script: incoming runs behind keys and before limits', async (t) => {
  const keys = { 'auth/api-keys': { keys: [{ key: 'k', roles: ['r'] }], strategy: 'header', identifier: 'X-Key' } }
  const { send } = await start(t, { 'e.mjs': 'export default { incoming () { return { status: 418 } } }' }, { extra_config: { ...script('e.mjs'), 'auth/api-keys': { roles: ['r'] }, 'qos/ratelimit/router': { max_rate: 1, capacity: 1 } } }, { root: { extra_config: keys } })
  t.equal((await send()).status, 401)
  for (let i = 0; i < 3; i++) t.equal((await send({ headers: { 'x-key': 'k' } })).status, 418, 'no limit has counted it')
})

t.test('floodgate.script: request of an endpoint runs before what checks the request, which checks what it has made', async (t) => {
  const schema = { 'validation/json-schema': { type: 'object', required: ['made'] }, 'validation/cel': [{ check_expr: "req_headers['X-A'][0] == 'r'" }] }
  const { send } = await start(t, { 'e.mjs': 'export default (request) => { request.headers["x-a"] = "r"; request.setBody(JSON.stringify({ made: 1 }), "application/json") }' }, { extra_config: { ...script('e.mjs'), ...schema } })
  t.match(await send({ body: '{}' }), { status: 200, seen: { body: '{"made":1}' } })
  const bad = await start(t, { 'e.mjs': 'export default (request) => { request.headers["x-a"] = "r"; request.setBody("{}") }' }, { extra_config: { ...script('e.mjs'), ...schema } })
  t.match(await bad.send({ body: '{"made":1}' }), { status: 400, seen: null })
})

t.test('floodgate.script: at a backend, inside the circuit breaker and outside of CEL, behind what makes its body', async (t) => {
  const breaker = { 'qos/circuit-breaker': { interval: 60, timeout: 60, max_errors: 1 } }
  const refusing = await start(t, { 'b.mjs': 'export default (_, context) => { throw context.error(418, "tea") }' }, {}, { backend: { extra_config: { ...script('b.mjs'), ...breaker } } })
  const statuses = []
  for (let i = 0; i < 3; i++) statuses.push((await refusing.send()).status)
  t.same(statuses, [418, 418, 500], 'two of them open the breaker')
  const outside = await start(t, { 'b.mjs': ofBackend('const { query } = await request.json(); request.headers["x-query"] = query;') }, {}, {
    backend: { extra_config: { ...script('b.mjs'), 'backend/graphql': { type: 'query', query: '{ a }' }, 'validation/cel': [{ check_expr: "req_headers['X-A'][0] == 'b'" }] } }
  })
  t.match(await outside.send(), { status: 200, seen: { headers: { 'x-query': '{ a }', 'x-a': 'b' } } })
})

t.test('floodgate.script: of several backends, one that fails is a failed part, and state belongs to one call', async (t) => {
  const module = `export default { request ({ url }, context) {
    if (context.options.fail) throw context.error(404)
    if (context.state.seen) throw new Error('the state of another call')
    context.state.seen = true
  } }`
  const host = ['ORIGIN']
  const { send } = await start(t, { 'b.mjs': module }, { concurrent_calls: 2, backend: [{ host, url_pattern: '/1', extra_config: script('b.mjs', { fail: true }) }, { host, url_pattern: '/2', method: 'POST', extra_config: script('b.mjs') }] })
  t.match(await send(), { status: 200, headers: { 'x-krakend-completed': 'false' }, body: '{"a":1}' })
})
