import t from 'tap'
import fc from 'fast-check'
import { feature as corsFeature } from '../../src/cors/feature.ts'
import { prepareOrigins } from '../../src/cors/match-origin.ts'
import { createContext, serve, type Answer } from '../support/serve.ts'

const corsHeaders = ({ headers }: Answer) => Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('access-control-')))
const preflight = (origin: string, headers: Record<string, string> = {}) => ({ method: 'OPTIONS', path: '/nowhere', headers: { origin, 'access-control-request-method': 'GET', ...headers } })

t.test('security/cors: answers preflights before anything is routed', async (t) => {
  const send = await serve(t, corsFeature, { allow_origins: ['https://a.test'], allow_methods: ['GET'], allow_headers: ['X-One', 'X-Two'], allow_credentials: true, max_age: '1h30m', expose_headers: ['x-total'] })
  const allowed = await send(preflight('https://a.test', { 'access-control-request-headers': 'x-one, x-two' }))
  t.equal(allowed.status, 204)
  t.same(corsHeaders(allowed), {
    'access-control-allow-origin': 'https://a.test',
    'access-control-allow-methods': 'GET',
    'access-control-allow-headers': 'x-one, x-two',
    'access-control-allow-credentials': 'true',
    'access-control-max-age': '5400'
  })
  t.equal(allowed.headers.vary, 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers')
  for (const refused of [preflight('https://b.test'), preflight('https://a.test', { 'access-control-request-method': 'PUT' }), preflight('https://a.test', { 'access-control-request-headers': 'x-three' })]) {
    const answer = await send(refused)
    t.equal(answer.status, 204)
    t.same(corsHeaders(answer), {})
  }
})

t.test('security/cors: sets the headers of other answers, also of 404, and stands before what a backend says', async (t) => {
  const send = await serve(t, corsFeature, { allow_origins: ['https://*.a.test'], expose_headers: ['x-total', 'ETag'] }, (_request, reply) => {
    reply.header('access-control-allow-origin', '*').header('vary', 'Accept').send('ok')
  })
  const answer = await send({ headers: { origin: 'https://shop.a.test' } })
  t.same(corsHeaders(answer), { 'access-control-allow-origin': 'https://shop.a.test', 'access-control-expose-headers': 'X-Total, Etag' })
  t.equal(answer.headers.vary, 'Accept, Origin')
  t.equal((await send({ path: '/nope', headers: { origin: 'https://shop.a.test' } })).headers['access-control-allow-origin'], 'https://shop.a.test')
  t.same(corsHeaders(await send({ method: 'DELETE', path: '/nope', headers: { origin: 'https://shop.a.test' } })), {}, 'not for methods off the list')
  t.same(corsHeaders(await send({ path: '/nope' })), {})
  t.equal((await send({ path: '/nope', headers: { origin: ['https://evil.test', 'https://shop.a.test'] } })).headers['access-control-allow-origin'], undefined, 'the first line is the origin')
})

t.test('security/cors: takes all origins and headers where none are listed', async (t) => {
  const send = await serve(t, corsFeature, { allow_private_network: true, options_success_status: 200 })
  const answer = await send(preflight('null', { 'access-control-request-headers': 'X-Any', 'access-control-request-private-network': 'true' }))
  t.equal(answer.status, 200)
  t.same(corsHeaders(answer), { 'access-control-allow-origin': '*', 'access-control-allow-methods': 'GET', 'access-control-allow-headers': 'X-Any', 'access-control-allow-private-network': 'true' })
  t.match(answer.headers.vary, /Access-Control-Request-Private-Network$/)
})

t.test('security/cors: passes preflights on when it is told to', async (t) => {
  const send = await serve(t, corsFeature, { options_passthrough: true })
  const answer = await send(preflight('https://a.test'))
  t.equal(answer.status, 404)
  t.equal(answer.headers['access-control-allow-methods'], 'GET')
})

t.test('security/cors: never tells a refused origin anything', async (t) => {
  const send = await serve(t, corsFeature, { allow_origins: ['https://a.test', 'https://*.b.test'], allow_credentials: true, expose_headers: ['x'], max_age: '1h' })
  const matches = prepareOrigins(['https://a.test', 'https://*.b.test'])!
  const part = fc.constantFrom('https://', 'http://', 'a.test', 'b.test', '.', 'evil', 'A.TEST', ':8080', '*', 'https://a.test', '.b.test', 'null')
  await fc.assert(fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 5 }), fc.boolean(), async (parts, isPreflight) => {
    const origin = parts.join('')
    const answer = await send(isPreflight ? preflight(origin) : { headers: { origin } })
    const lower = origin.toLowerCase()
    const listed = lower === 'https://a.test' || (lower.startsWith('https://') && lower.endsWith('.b.test') && lower.length >= 'https://.b.test'.length)
    return matches(origin) === listed && (listed ? answer.headers['access-control-allow-origin'] === origin : Object.keys(corsHeaders(answer)).length === 0)
  }), { numRuns: 150 })
})

t.test('security/cors: tells of origins that no browser sends, and of credentials that none uses', async (t) => {
  const told = (settings: object) => {
    const { context, warnings } = createContext()
    corsFeature.service!(settings, context)
    return warnings
  }
  t.same(told({ allow_origins: ['https://a.test', 'http://*.b.test:8080', '*.c.test', 'capacitor://localhost', 'null', 'https://*'], allow_credentials: true }), [])
  t.match(told({ allow_origins: ['a.test', 'https://a.test/', 'https://*.*.test'] }), [/^extra_config\.security\/cors\.allow_origins\.0: no browser sends the origin "a.test": write it like/, /"https:\/\/a.test\/"/, /"https:\/\/\*\.\*\.test" matches no browser's origin/])
  for (const origins of [[], ['*', 'a.test']]) t.match(told({ allow_origins: origins, allow_credentials: true }), [/^extra_config\.security\/cors\.allow_credentials: has no effect/])
})
