import t from 'tap'
import { minimal, runCommand, workIn } from './support/run-command.ts'

t.test('render: prints what templates make', async (t) => {
  workIn(t, { 'krakend.json': minimal })
  const { code, out } = await runCommand('render', '-c', 'krakend.json')
  t.equal(code, 0)
  t.strictSame(JSON.parse(out), minimal)
  t.match(await runCommand('render', '-c', 'gone.json'), { code: 1, out: '', err: /gone\.json error/ })
})

t.test('check --guards: lists what is in front of each endpoint, or that it is open', async (t) => {
  const to = { host: ['http://h'], url_pattern: '/' }
  workIn(t, {
    'k.json': {
      version: 3,
      endpoints: [
        { endpoint: '/open', backend: [to] },
        { endpoint: '/cors', extra_config: { 'security/cors': {}, 'qos/ratelimit/router': { max_rate: 0 } }, backend: [to] },
        { endpoint: '/token', extra_config: { 'auth/validator': { alg: 'RS256', jwk_url: 'https://i.test/keys', roles: ['a'] }, 'qos/ratelimit/router': { max_rate: 5, client_max_rate: 1, strategy: 'ip' } }, backend: [{ ...to, extra_config: { 'validation/cel': [{ check_expr: 'true' }] } }] },
        { endpoint: '/schema', method: 'POST', extra_config: { 'validation/json-schema': { type: 'object' } }, backend: [{ ...to, extra_config: { 'validation/response-json-schema': { schema: true } } }] },
        { endpoint: '/quota', method: 'POST', extra_config: { 'governance/quota': {} }, backend: [to] }
      ]
    }
  })
  t.match(await runCommand('check', '--guards', '-c', 'k.json'), { code: 1, out: '', err: /--skip-unsupported/ })
  const { code, out } = await runCommand('check', '--guards', '--skip-unsupported', '-c', 'k.json')
  t.equal(code, 0)
  t.equal(out, `METHOD  PATH     GUARDS
GET     /open    open
GET     /cors    open
GET     /token   authentication: auth/validator (roles a)
                 limit: qos/ratelimit/router (5 per 1s, 1 per 1s and address)
                 validation: validation/cel of the backend
POST    /schema  validation: validation/json-schema
                 validation: validation/response-json-schema of the backend (response)
POST    /quota   answers 501: governance/quota
`)
  const facts = JSON.parse((await runCommand('check', '--guards', '--json', '--allow-unsupported', 'governance/*', '-c', 'k.json')).out)
  t.match(facts, [{ open: true, guards: [] }, { open: true }, { open: false, guards: [{ kind: 'authentication' }, {}, {}] }, { path: '/schema', open: false }, { path: '/quota', open: true, unsupported: [] }], 'what has no effect guards nothing')
})
