import t from 'tap'
import { setClaims, type CoreRequest, type Endpoint, type FeatureContext, type Step, type StepResponse } from '@floodgate/core'
import { feature } from '../src/cel/feature.ts'

const answer = (over: object = {}) => ({ status: 200, headers: {}, body: null, data: { n: 30 }, complete: true, fault: null, ...over }) as StepResponse
const request = () => ({
  method: 'GET', params: { id: '42' }, headers: { 'x-key': 'yes' }, query: null, target: '', incoming: { originalUrl: '/path?q=1' }
}) as unknown as CoreRequest
const endpoint = { method: 'GET', path: '/x', place: ['endpoints', 0], extra: {} } as unknown as Endpoint

/** What a feature gets, with the warnings that come of it. */
function createContext () {
  const warnings: string[] = []
  const warning = (place: readonly unknown[], message: string): void => { warnings.push(`${place.join('.')}: ${message}`) }
  return { warnings, context: { warning } as unknown as FeatureContext }
}

t.test('validation/cel: asks before and after, and refuses every request that it cannot ask', async (t) => {
  const { context, warnings } = createContext()
  let calls = 0
  const next: Step = async () => { calls++; return answer() }
  const wrap = (...sources: string[]) => feature.endpoint!(sources.map((source) => ({ check_expr: source })), next, endpoint, context)
  t.equal(wrap(), next)
  t.match(await wrap("req_method == 'GET'", 'resp_completed')(request()), { status: 200 })
  await t.rejects(wrap("req_method == 'GET'", "req_method == 'PUT'")(request()), { message: 'request aborted by evaluator #1', status: 500, code: 'FG_ERR_VALIDATION_CEL' })
  await t.rejects(wrap('1 == 2')(request()), 'also where neither request nor response is named')
  t.equal(calls, 1)
  await t.rejects(wrap('resp_data.n == 1')(request()), { message: 'request aborted by evaluator #0' })
  t.equal(calls, 2)
  await t.rejects(wrap('this is not cel')(request()))
  feature.route!([{ check_expr: 'this is not cel' }], endpoint, context)
  t.match(warnings, [/extra_config\.validation\/cel\.0\.check_expr: refuses every request: /])
  t.equal(warnings.length, 1, 'told once')
})

t.test('validation/cel: asks for the token\'s claims, and says that without a validator nobody does', async (t) => {
  const { context, warnings } = createContext()
  const secured = { ...endpoint, extra: { 'auth/validator': {} } } as unknown as Endpoint
  const policy = "JWT.role in ['admin'] && JWT.iat > 5"
  const hooks = feature.route!([{ check_expr: policy }], secured, context)
  const run = (claims: Record<string, unknown> | null) => {
    const incoming = { raw: { complete: true }, headers: {} } as never
    if (claims !== null) setClaims(incoming, claims)
    let status = 200
    const reply = { code: (code: number) => { status = code; return reply }, send: () => reply }
    hooks!.onRequest!.call({} as never, incoming, reply as never, () => {})
    return status
  }
  t.same([run({ role: 'admin', iat: 6 }), run({ role: 'user', iat: 6 }), run({ role: 'admin' }), run(null)], [200, 401, 401, 401])
  t.equal(feature.route!([{ check_expr: policy }], endpoint, context), undefined, 'without a validator nobody asks, as on the reference')
  const step = feature.endpoint!([{ check_expr: 'true' }, { check_expr: policy }], async () => answer(), endpoint, context)
  t.equal((await step(request())).status, 200)
  t.match(warnings, [/validation\/cel\.1\.check_expr: is never evaluated.*add "auth\/validator"/])
})
