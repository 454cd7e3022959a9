// Part B of what was found by attacking: configurations that open a door in silence, and secrets that are printed.
import t from 'tap'
import { command } from './attacked.ts'

const timeout = 300_000
const backend = { host: ['http://127.0.0.1:8081'], url_pattern: '/' }
const endpointWith = (extra: object, more: object = {}) => ({ endpoints: [{ endpoint: '/a', backend: [backend], extra_config: extra, ...more }] })
const backendWith = (extra: object) => ({ endpoints: [{ endpoint: '/a', backend: [{ ...backend, extra_config: extra }] }] })

t.test('B1: a namespace that guards, decides or replaces, and is not supported, stops the start', { timeout }, async (t) => {
  const stopped = {
    'governance/quota': endpointWith({ 'governance/quota': { quota_name: 'x' } }),
    'backend/lambda': backendWith({ 'backend/lambda': { function_name: 'f' } }),
    'backend/grpc': backendWith({ 'backend/grpc': {} }),
    workflow: endpointWith({ workflow: { endpoint: '/b' } }),
    'ai/llm': backendWith({ 'ai/llm': {} }),
    'auth/ntlm': backendWith({ 'auth/ntlm': { user: 'u', password: 'p' } }),
    websocket: endpointWith({ websocket: {} })
  }
  await Promise.all(Object.entries(stopped).map(async ([name, config]) => {
    const { code, said } = await command(t, ['check'], config)
    t.equal(code, 1, `${name} stops: ${said}`)
    t.match(said, name)
    t.match(said, /--allow-unsupported/, `${name}: the way on`)
    t.equal((await command(t, ['check', '--allow-unsupported', name], config)).code, 0, `${name} allowed`)
  }))
  t.equal((await command(t, ['check'], endpointWith({ 'documentation/openapi': { summary: 'x' } }))).code, 0, 'what only adds does not stop')
})

t.test('B2: a guard in the wrong place, or misspelt, stops the start', { timeout }, async (t) => {
  const validator = { alg: 'RS256', jwk_url: 'https://127.0.0.1/jwk', audience: ['x'] }
  const wrong: Record<string, object> = {
    'in the root': { ...endpointWith({}), extra_config: { 'auth/validator': validator } },
    'beside extra_config': endpointWith({}, { 'auth/validator': validator }),
    'in extra_confg': endpointWith({}, { extra_confg: { 'auth/validator': validator } }),
    auth_validator: endpointWith({ auth_validator: validator }),
    'in the backend': backendWith({ 'auth/validator': validator }),
    audiance: endpointWith({ 'auth/validator': { alg: 'RS256', jwk_url: 'https://127.0.0.1/jwk', audiance: ['x'] } }),
    'client settings beside extra_config': { endpoints: [{ endpoint: '/a', backend: [{ ...backend, 'backend/http/client': { client_tls: { ca_certs: [] } } }] }] }
  }
  await Promise.all(Object.entries(wrong).map(async ([name, config]) => {
    const { code, said } = await command(t, ['check'], config)
    t.equal(code, 1, `${name}: ${said}`)
  }))
})

t.test('B3: keys that have no effect are named', { timeout }, async (t) => {
  const { said } = await command(t, ['check'], { ...endpointWith({}), extra_config: { router: { decompress_gzip: true, max_multipart_memory: 5 } } })
  for (const key of ['decompress_gzip', 'max_multipart_memory']) t.match(said, key)
})

t.test('B11: no secret is printed, wherever it stands', { timeout }, async (t) => {
  const secret = 'S3CRETVALUE'
  const configs: Record<string, object> = {
    'keys as a list of texts': { ...endpointWith({}), extra_config: { 'auth/api-keys': { keys: [secret] } } },
    'keys as an object': { ...endpointWith({}), extra_config: { 'auth/api-keys': { keys: { [secret]: 1 } } } },
    'users as a text': endpointWith({ 'auth/basic': { users: `bob:${secret}` } }),
    'a misspelt password': { ...endpointWith({}), extra_config: { redis: { connection_pools: [{ name: 'a', address: '127.0.0.1:6379', pasword: secret }] } } },
    'credentials of a host': { endpoints: [{ endpoint: '/a', backend: [{ ...backend, host: [`http://user:${secret}@127.0.0.1:8081`] }] }] }
  }
  for (const [name, config] of Object.entries(configs)) {
    for (const verb of [['check'], ['check', '--json'], ['check', '-l'], ['explain'], ['routes'], ['audit']]) {
      const { said } = await command(t, verb, config)
      t.notMatch(said, secret, `${name}: ${verb.join(' ')}`)
    }
  }
  t.match((await command(t, ['check'], endpointWith({ 'security/cors': { allow_credentials: 'maybe' } }))).said + (await command(t, ['check'], { ...endpointWith({}), extra_config: { 'security/cors': { allow_credentials: 'maybe' } } })).said, /maybe/, 'what is no secret is shown')
})
