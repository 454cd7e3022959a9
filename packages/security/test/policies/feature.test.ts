import { createHmac } from 'node:crypto'
import Fastify from 'fastify'
import t, { type Test } from 'tap'
import { request } from 'undici'
import { startOrigin, writeFiles } from '@floodgate/testing'
import { gateway, type Configuration } from '@floodgate/gateway'

const secret = Buffer.alloc(64, 'k')
const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

function signToken (claims: object): string {
  const input = `${encode({ alg: 'HS256', kid: 'k' })}.${encode(claims)}`
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
}

/** A gateway with one endpoint, and the addresses that its backend was asked for. */
async function start (t: Test, policies: object, { endpoint = {}, ofBackend = {} }: { endpoint?: object, ofBackend?: object } = {}) {
  const seen: string[] = []
  const origin = await startOrigin(t, ({ url }, response) => {
    seen.push(url!)
    response.writeHead(200, { 'content-type': 'application/json', 'x-kind': 'list' }).end('{"n": 30, "owner": "ann"}')
  })
  const { keys } = writeFiles(t, { keys: JSON.stringify({ keys: [{ kty: 'oct', kid: 'k', k: secret.toString('base64url') }] }) })
  const config = {
    version: 3,
    endpoints: [{
      endpoint: '/a/{id}',
      input_headers: ['X-Key', 'Cookie'],
      input_query_strings: ['q'],
      backend: [{ host: [origin.url], url_pattern: '/x/{id}', extra_config: ofBackend }],
      extra_config: { 'security/policies': policies, ...('jwt' in policies && { 'auth/validator': { alg: 'HS256', jwk_local_path: keys, disable_jwk_security: true } }) },
      ...endpoint
    }]
  }
  const app = Fastify({ forceCloseConnections: true })
  t.teardown(() => app.close())
  await app.register(gateway, { config: config as Configuration, env: {} })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  return {
    seen,
    async get (path: string, headers: Record<string, string> = {}) {
      const answer = await request(url + path, { headers })
      return { status: answer.statusCode, type: answer.headers['content-type'], completed: answer.headers['x-krakend-completed'], body: await answer.body.text() }
    }
  }
}

t.test('security/policies: requests that they refuse reach no backend, and get the error that is configured', async (t) => {
  for (const joined of [false, true]) {
    const error = { status: 418, body: '{"why":"policy"}', content_type: 'application/problem+json' }
    const policies = ["hasHeader('X-Key') && getHeader('x-key') != ''", "hasQuerystring('q') && getQuerystring('q') in ['1', '2']", "hasCookie('s')", "between(int(req_params.Id), 1, 9) && req_method == 'GET' && req_path.startsWith('/a/')"]
    const { get, seen } = await start(t, { req: { policies, error }, auto_join_policies: joined, debug: true })
    const good = { 'x-key': 'k', cookie: 'a=b; s=1' }
    t.match(await get('/a/5?q=1', good), { status: 200, body: '{"n": 30, "owner": "ann"}' })
    t.same(seen.splice(0), ['/x/5?q=1'])
    const refused: [string, Record<string, string>][] = [['/a/5?q=1', { cookie: 's=1' }], ['/a/5?q=1', { ...good, 'x-key': '' }], ['/a/5', good], ['/a/5?q=3', good], ['/a/5?q=3&q=1', good], ['/a/5?Q=1', good], ['/a/5?q=1', { 'x-key': 'k', cookie: 'as=1' }], ['/a/0?q=1', good], ['/a/ten?q=1', good]]
    for (const [path, headers] of refused) t.same(await get(path, headers), { status: 418, type: 'application/problem+json', completed: 'false', body: '{"why":"policy"}' }, path)
    t.same(seen, [])
  }
})

t.test('security/policies: responses that they refuse are not passed on', async (t) => {
  const decoded = await start(t, { resp: { policies: ["resp_completed && int(resp_data.n) < 31 && resp_data.owner == 'ann'", "resp_data.n == '30' && !isEmpty(resp_data.owner)", 'req_params.Id != "7"'] } })
  t.equal((await decoded.get('/a/1')).status, 200)
  t.match(await decoded.get('/a/7'), { status: 500, body: '' })
  t.equal(decoded.seen.length, 2)
  const passed = await start(t, { resp: { policies: ["resp_metadata_status == 200 && resp_metadata_headers['X-Kind'] == ['other']"], error: { status: 451, body: 'no' } } }, { endpoint: { output_encoding: 'no-op' }, ofBackend: {} })
  t.match(await passed.get('/a/1'), { status: 451, type: 'text/plain', body: 'no' })
  const backend = await start(t, {}, { ofBackend: { 'security/policies': { req: { policies: ["req_path == '/x/1'"], error: { status: 404 } }, resp: { policies: ["resp_data.owner == 'ann'"] } } } })
  t.equal((await backend.get('/a/1')).status, 200)
  t.not((await backend.get('/a/2')).status, 200)
  t.equal(backend.seen.length, 1)
})

t.test('security/policies: tokens that they refuse get 401, before anything else is asked', async (t) => {
  const { get, seen } = await start(t, { jwt: { policies: ["has(JWT.department) && JWT.department in ['it', 'hr']", 'JWT.level >= 3'] }, req: { policies: ['false'], error: { status: 418 } } })
  const ask = async (claims: object) => (await get('/a/1', { authorization: `Bearer ${signToken(claims)}` })).status
  t.equal((await get('/a/1')).status, 401)
  for (const claims of [{}, { department: 'it' }, { department: 'ops', level: 3 }, { department: 'it', level: 2 }, { department: 'it', level: '3' }]) t.equal(await ask(claims), 401, JSON.stringify(claims))
  t.equal(await ask({ department: 'it', level: 3 }), 418, 'then the request is')
  t.same(seen, [])
})

t.test('security/policies: what cannot be evaluated stops the start', async (t) => {
  const wrong: [object, RegExp][] = [
    [{ req: { policies: ["hasHeader('a')"] }, disable_macros: true }, /req\.policies\[0\].*cannot be evaluated/],
    [{ req: { policies: ['true', 'req_method =='] } }, /req\.policies\[1\].*cannot be evaluated/],
    [{ resp: { policies: ["geoIP('x') == 'ES'"] } }, /resp\.policies\[0\].*cannot be evaluated/],
    [{ req: { policies: ['"text"'] } }, /not true or false/],
    [{ req: { policies: ["req_path.matches('(?=a)') && nobody == 1"] } }, /cannot be evaluated/],
    [{ req: {} }, /policies.*is missing/],
    [{ req: { policies: ['true'], error: { status: 20 } } }, /status/]
  ]
  for (const [policies, why] of wrong) await t.rejects(start(t, policies), { code: 'FG_ERR_CONFIG_INVALID', message: why }, JSON.stringify(policies))
})
