import t from 'tap'
import { setClaims, type Backend, type CoreRequest, type Endpoint, type Step, type StepResponse } from '@floodgate/core'
import { feature as policiesFeature } from '../../src/policies/feature.ts'
import { createContext } from '../support/serve.ts'

const answer = () => ({ status: 200, headers: {}, body: null, data: { n: 30 }, complete: true, fault: null }) as StepResponse
const request = (over: object = {}) => ({
  method: 'GET', params: { id: '42' }, headers: { 'x-key': 'yes' }, query: null, target: '', incoming: { originalUrl: '/path?q=1' }, ...over
}) as unknown as CoreRequest
const endpoint = { method: 'GET', path: '/x', place: ['endpoints', 0], extra: {} } as unknown as Endpoint
const faultOf = (answered: Promise<unknown>): Promise<unknown> => answered.then(() => null, (error: unknown) => error)

t.test('security/policies: answers as its error says', async (t) => {
  const { context, problems } = createContext()
  const next: Step = async () => answer()
  const step = (settings: object) => policiesFeature.endpoint!(settings, next, endpoint, context)
  t.equal(step({}), next)
  const error = { body: '{"no":1}', status: 418, content_type: 'application/json' }
  for (const joined of [true, false]) {
    const guarded = step({ req: { policies: ["hasHeader('x-key')", 'req_params.Id == "1" // never'], error }, auto_join_policies: joined })
    t.match(await faultOf(guarded(request())), { status: 418, answer: { body: '{"no":1}', contentType: 'application/json', always: true }, code: 'FG_ERR_SECURITY_POLICY' })
    t.match(await guarded(request({ params: { id: '1' } })), { status: 200 })
  }
  const backend = policiesFeature.backend!({ resp: { policies: ['resp_data.n < 1'] } }, next, { place: [] } as unknown as Backend, context)
  t.match(await faultOf(backend(request())), { status: 500, answer: null })
  step({ req: { policies: ['true', "geoIP('x')"] }, disable_macros: true })
  t.match(problems, [/^endpoints.0.extra_config.security\/policies.req.policies.1: cannot be evaluated/])
})

t.test('security/policies: ask for the token\'s claims', async (t) => {
  const { context, problems } = createContext()
  const secured = { ...endpoint, extra: { 'auth/validator': {} } } as unknown as Endpoint
  const policy = "JWT.role in ['admin'] && JWT.iat > 5"
  const hooks = policiesFeature.route!({ jwt: { policies: [policy] } }, secured, context)
  const run = (claims: Record<string, unknown> | null) => {
    const incoming = { raw: { complete: true }, headers: {} } as never
    if (claims !== null) setClaims(incoming, claims)
    let status = 200
    const reply = { code: (code: number) => { status = code; return reply }, send: () => reply }
    hooks!.onRequest!.call({} as never, incoming, reply as never, () => {})
    return status
  }
  t.same([run({ role: 'admin', iat: 6 }), run({ role: 'user', iat: 6 }), run({ role: 'admin' }), run(null)], [200, 401, 401, 401])
  policiesFeature.route!({ jwt: { policies: [policy] } }, endpoint, context)
  t.match(problems, [/add "auth\/validator"/])
})
