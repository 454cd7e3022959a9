import Fastify, { type InjectOptions } from 'fastify'
import t, { type Test } from 'tap'
import gateway from '@floodgate/gateway'
import { startOrigin } from '@floodgate/testing'

const namespace = 'backend/conditional'
const when = (settings: object, more: object = {}) => ({ extra_config: { [namespace]: settings }, ...more })
const plan = (value: string, more: object = {}) => when({ strategy: 'header', name: 'X-Plan', value }, more)
const otherwise = (more: object = {}) => when({ strategy: 'fallback' }, more)

/** Serves one endpoint `/x/{id}` whose backends answer with their names; `status:NNN` in a path answers with that status. */
async function serve (t: Test, endpoint: object, backends: readonly object[]) {
  const called: string[] = []
  const origin = await startOrigin(t, (request, response) => {
    called.push(request.url!)
    const status = Number(/status:(\d+)/.exec(request.url!)?.[1] ?? 200)
    const name = request.url!.split(/[/?]/)[1]!
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ [name]: true, next: `after-${name}` }))
  })
  const app = Fastify()
  t.teardown(() => app.close())
  const input = { input_headers: ['X-Plan', 'X-Team'], input_query_strings: ['q'] }
  await app.register(gateway, { config: { version: 3, timeout: '60s', host: [origin.url], endpoints: [{ endpoint: '/x/{id}', ...input, ...endpoint, backend: backends }] } })
  return async (options: InjectOptions = {}) => {
    called.length = 0
    const { statusCode: status, headers, body } = await app.inject({ url: '/x/1', ...options })
    return { status, complete: headers['x-krakend-completed'], body, called: called.toSorted() }
  }
}

async function problemOf (t: Test, endpoint: object, backends: readonly object[]): Promise<string> {
  const app = Fastify()
  t.teardown(() => app.close())
  const config = { version: 3, timeout: '60s', host: ['http://127.0.0.1:10'], endpoints: [{ endpoint: '/x', ...endpoint, backend: backends.map((backend) => ({ url_pattern: '/', ...backend })) }] }
  return await app.register(gateway, { config }).then(() => '', (error: unknown) => (error as Error).message)
}

t.test('backend/conditional: a backend whose condition is false is left out without harm', async (t) => {
  const ask = await serve(t, {}, [{ url_pattern: '/all' }, plan('gold', { url_pattern: '/gold' }), plan('Silver', { url_pattern: '/silver' }), otherwise({ url_pattern: '/rest' })])
  t.match(await ask({ headers: { 'x-plan': 'gold' } }), { status: 200, complete: 'true', called: ['/all', '/gold'], body: /"all":true.*"gold":true/ })
  t.match(await ask({ headers: { 'x-plan': 'silver' } }), { complete: 'true', called: ['/all', '/rest'] }, 'the value\'s case counts')
  t.match(await ask({ headers: { 'x-plan': ['none', 'Silver'] } }), { called: ['/all', '/silver'] }, 'any of the values counts')
  t.match(await ask(), { complete: 'true', called: ['/all', '/rest'], body: '{"all":true,"rest":true,"next":"after-rest"}' })
})

t.test('backend/conditional: policies see the request, its parameters and a sequence\'s', async (t) => {
  const ask = await serve(t, { extra_config: { proxy: { sequential: true } } }, [
    { url_pattern: '/first' },
    when({ strategy: 'policy', value: "req_params.Resp0_next == 'after-first' && req_params.Id == '1'" }, { url_pattern: '/second/{resp0_next}' }),
    when({ strategy: 'policy', value: "has(req_querystring.q) && req_querystring.q[0] == 'yes'" }, { url_pattern: '/third' }),
    when({ strategy: 'policy', value: 'req_headers["X-Missing"][0] == "x"' }, { url_pattern: '/fourth' })
  ])
  t.match(await ask({ url: '/x/1?q=yes' }), { complete: 'true', called: ['/first?q=yes', '/second/after-first?q=yes', '/third?q=yes'] })
  t.match(await ask({ url: '/x/2' }), { complete: 'true', called: ['/first'] }, 'a policy that fails does not hold')
})

t.test('backend/conditional: a first backend that is left out does not end a sequence', async (t) => {
  const ask = await serve(t, { extra_config: { proxy: { sequential: true } } }, [plan('gold', { url_pattern: '/gold' }), { url_pattern: '/second/status:500' }, { url_pattern: '/third' }])
  t.match(await ask(), { status: 500, called: ['/second/status:500'] }, 'the first that is called counts as the first')
  t.match(await ask({ headers: { 'x-plan': 'gold' } }), { status: 200, complete: 'false', called: ['/gold', '/second/status:500'] })
})

t.test('backend/conditional: without a backend to call the answer is an empty document, which counts as incomplete as any empty one', async (t) => {
  const ask = await serve(t, {}, [plan('a', { url_pattern: '/a' }), plan('b', { url_pattern: '/b' })])
  t.same(await ask(), { status: 200, complete: 'false', body: '{}', called: [] })
  t.match(await ask({ headers: { 'x-plan': 'a' } }), { status: 200, complete: 'true', called: ['/a'] })
  const failing = await serve(t, {}, [plan('a', { url_pattern: '/a' }), { url_pattern: '/b/status:503' }])
  t.match(await failing(), { status: 500, called: ['/b/status:503'] }, 'all that were called have failed')
  const alone = await serve(t, {}, [plan('a', { url_pattern: '/a' })])
  t.match(await alone(), { status: 200, complete: 'false', body: '{}', called: [] })
})

t.test('backend/conditional: with no-op the backend whose condition holds answers', async (t) => {
  const ask = await serve(t, { output_encoding: 'no-op', method: 'POST' }, [plan('a', { url_pattern: '/a/status:418' }), plan('b', { url_pattern: '/b' }), otherwise({ url_pattern: '/c' })])
  const post = { method: 'POST', payload: 'x' } as const
  t.match(await ask({ ...post, headers: { 'x-plan': 'a' } }), { status: 418, called: ['/a/status:418'] })
  t.match(await ask({ ...post, headers: { 'x-plan': 'b' } }), { status: 200, called: ['/b'], body: '{"b":true,"next":"after-b"}' })
  t.match(await ask(post), { status: 200, called: ['/c'] })
})

t.test('backend/conditional: its limits and its breaker do not count what is left out', async (t) => {
  const ask = await serve(t, {}, [{ url_pattern: '/all' }, { url_pattern: '/gold', extra_config: { [namespace]: { strategy: 'header', name: 'X-Plan', value: 'gold' }, 'qos/ratelimit/proxy': { max_rate: 1, every: '1h' } } }])
  for (let i = 0; i < 3; i++) t.match(await ask(), { complete: 'true', called: ['/all'] })
  t.match(await ask({ headers: { 'x-plan': 'gold' } }), { complete: 'true', called: ['/all', '/gold'] })
})

t.test('backend/conditional: what cannot be decided stops the start', async (t) => {
  t.match(await problemOf(t, {}, [plan('a')]), /input_headers/, 'a header that never passes')
  t.match(await problemOf(t, { input_headers: ['*'] }, [when({ strategy: 'header', value: 'a' })]), /needs the "name"/)
  t.match(await problemOf(t, { input_headers: ['*'] }, [when({ strategy: 'header', name: 'a' })]), /needs the "value"/)
  t.match(await problemOf(t, {}, [when({ strategy: 'policy', value: 'req_method ==' })]), /cannot be evaluated/)
  t.match(await problemOf(t, {}, [when({ strategy: 'policy' })]), /needs an expression/)
  t.match(await problemOf(t, {}, [otherwise(), otherwise()]), /one fallback/)
  t.match(await problemOf(t, {}, [when({ strategy: 'headers', name: 'a' })]), /strategy/)
  t.match(await problemOf(t, { output_encoding: 'no-op', input_headers: ['*'] }, [plan('a'), {}, {}]), /no-op/)
  t.equal(await problemOf(t, { output_encoding: 'no-op', input_headers: ['*'] }, [plan('a'), plan('b'), {}]), '')
})

t.test('proxy.strategy: fallback calls the next backend only when the one before failed', async (t) => {
  const fallback = { extra_config: { proxy: { strategy: 'fallback' } } }
  const ask = await serve(t, fallback, [{ url_pattern: '/a/status:500' }, { url_pattern: '/b/status:404' }, { url_pattern: '/c' }, { url_pattern: '/d' }])
  t.match(await ask(), { status: 200, complete: 'true', body: '{"c":true,"next":"after-c"}', called: ['/a/status:500', '/b/status:404', '/c'] })
  const none = await serve(t, fallback, [{ url_pattern: '/a/status:500' }, { url_pattern: '/b/status:404' }])
  t.match(await none(), { status: 500, called: ['/a/status:500', '/b/status:404'] })
  const conditional = await serve(t, fallback, [plan('x', { url_pattern: '/a' }), { url_pattern: '/b' }])
  t.match(await conditional(), { status: 200, called: ['/b'] }, 'what is left out has not failed, and is no answer')
})

t.test('proxy.strategy: fallback with no-op goes on for statuses from 500 on', async (t) => {
  const fallback = { output_encoding: 'no-op', method: 'POST', extra_config: { proxy: { strategy: 'fallback' } } }
  const post = { method: 'POST', payload: 'body' } as const
  const ask = await serve(t, fallback, [{ url_pattern: '/a/status:502' }, { url_pattern: '/b/status:404' }, { url_pattern: '/c' }])
  t.match(await ask(post), { status: 404, called: ['/a/status:502', '/b/status:404'] })
  const none = await serve(t, fallback, [{ url_pattern: '/a/status:500' }, { url_pattern: '/b/status:503' }])
  t.match(await none(post), { status: 503, body: '{"b":true,"next":"after-b"}', called: ['/a/status:500', '/b/status:503'] }, 'the last failure is the answer')
  const dead = await serve(t, fallback, [{ url_pattern: '/a', host: ['http://127.0.0.1:10'] }, { url_pattern: '/b' }])
  t.match(await dead(post), { status: 200, called: ['/b'] })
})

t.test('proxy.strategy: sequential is the old "sequential", parallel the default, others stop the start', async (t) => {
  const ask = await serve(t, { extra_config: { proxy: { strategy: 'sequential' } } }, [{ url_pattern: '/a' }, { url_pattern: '/b/{resp0_next}' }])
  t.match(await ask(), { status: 200, called: ['/a', '/b/after-a'] })
  t.match(await problemOf(t, { extra_config: { proxy: { strategy: 'random' } } }, [{}, {}]), /strategy/)
})
