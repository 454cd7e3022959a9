import t from 'tap'
import { Readable } from 'node:stream'
import { DecodedResponse, Fault, JsonText, parseExact, stringifyExact, type Step, type StepResponse } from '@floodgate/core'
import { createAggregate, createSequential } from '@floodgate/aggregate'
import { createBackend, createRequest, fault } from '../support/requests.ts'

const text = (json: string) => new DecodedResponse(new JsonText(Buffer.from(json), JSON.parse(json)))
const answer = (json: string): Step => async () => text(json)
const json = (response: StepResponse) => (response as DecodedResponse).text?.bytes.toString() ?? stringifyExact(response.data)

/** Runs a sequence; each backend is its url_pattern and its answer. Gives what each was given as parameters. */
async function run (backends: [pattern: string, step: Step][], { propagated = [], params = {}, timeout = 2000 }: { propagated?: string[], params?: Record<string, string>, timeout?: number } = {}): Promise<{ seen: Record<string, string>[], response: StepResponse }> {
  const seen: Record<string, string>[] = []
  const endpoint = {
    timeout,
    backends: backends.map(([urlPattern]) => createBackend({ urlPattern })) as never,
    extra: { proxy: { sequential: true, sequential_propagated_params: propagated } },
    outputEncoding: 'json'
  }
  const steps = backends.map(([, step]): Step => (request) => { seen.push({ ...request.params }); return step(request) })
  const request = createRequest()
  request.params = params
  try {
    return { seen, response: await createAggregate(endpoint, steps)(request) }
  } finally {
    request.call.finish()
  }
}

t.test('createSequential: one step is that step', async (t) => {
  const step = answer('{}')
  t.equal(createSequential({ timeout: 1, backends: [createBackend()], extra: {} }, [step]), step)
})

t.test('createSequential: later backends get fields of earlier answers as parameters', async (t) => {
  const first = '{"id":17,"name":"a b","ok":true,"price":1.50,"exp":1e3,"big":12345678901234567890,"tags":["x",1.0,null,["y",{"b":2,"a":1}]],"deep":{"er":{"id":"d1"}},"none":null,"l":[],"o":{"b":1.0,"a":null}}'
  const { seen, response } = await run([
    ['/user', answer(first)],
    ['/{resp0_id}/{resp0_name}?{resp0_ok}&{resp0_price}&{resp0_exp}&{resp0_big}&{resp0_tags}&{resp0_deep.er.id}&{resp0_none}&{resp0_l}&{resp0_o}&{Resp0_id}&{x}', answer('{"second":1.0}')],
    ['/{resp1_second}/{resp0_id}/{resp2_own}/{resp7_no}', answer('{"third":3}')]
  ], { params: { x: 'y' } })
  t.same(seen[0], { x: 'y' })
  t.same(seen[1], {
    x: 'y',
    resp0_id: '17',
    resp0_name: 'a b',
    resp0_ok: 'true',
    resp0_price: '1.50',
    resp0_exp: '1e3',
    resp0_big: '12345678901234567890',
    resp0_tags: 'x,1.0,<nil>,[y map[a:1 b:2]]',
    'resp0_deep.er.id': 'd1',
    resp0_none: 'null',
    resp0_l: '',
    resp0_o: 'map[a:<nil> b:1.0]',
    Resp0_id: '17'
  })
  t.equal(seen[2]!.resp1_second, '1.0')
  t.match(response, { complete: true, fault: null })
  t.equal(json(response), first.slice(0, -1) + ',"second":1.0,"third":3}', 'looking at answers leaves their text')
})

t.test('createSequential: what is missing stays out of the parameters', async (t) => {
  const { seen } = await run([['/', answer('{"a":{"b":1},"l":[1]}')], ['/{resp0_nope}/{resp0_a.nope}/{resp0_a.b.c}/{resp0_l.0}/{resp0_constructor}/{resp0_a}', answer('{}')]])
  t.same(seen[1], { resp0_a: 'map[b:1]' })
})

t.test('createSequential: reads data that a shape or a feature made', async (t) => {
  const { seen } = await run([['/', async () => new DecodedResponse({ g: parseExact(Buffer.from('{"n":1.0}')) })], ['/{resp0_g.n}', answer('{}')]])
  t.equal(seen[1]!['resp0_g.n'], '1.0')
})

t.test('sequential_propagated_params: reach all later backends, whole bodies of raw answers too', async (t) => {
  const raw: Step = async () => ({ status: 200, headers: {}, body: Readable.from([Buffer.from('whole '), Buffer.from('body')]), data: null, complete: true, fault: null })
  const { seen, response } = await run([['/', answer('{"id":1}')], ['/', raw], ['/', answer('{"x":1}')], ['/', answer('{"y":1}')]], { propagated: ['resp0_id', 'resp1', 'resp0', 'made-up'] })
  t.same(seen, [{}, { resp0_id: '1' }, { resp0_id: '1', resp1: 'whole body' }, { resp0_id: '1', resp1: 'whole body' }])
  t.equal(json(response), '{"id":1,"x":1,"y":1}')
})

t.test('createSequential: the first failure fails as it is, a later one ends the sequence', async (t) => {
  const failing: Step = () => Promise.reject(new Fault('backend', 'FG_ERR_TEST', 'bad', { status: 404 }))
  const never: Step = () => { t.fail('never asked'); return answer('{}')(createRequest()) }
  await t.rejects(run([['/', failing], ['/', never]]), fault({ status: 404, code: 'FG_ERR_TEST' }))
  const { response } = await run([['/', answer('{"a":1}')], ['/', failing], ['/', never]])
  t.equal(json(response), '{"a":1}')
  t.match(response, { complete: false, fault: { message: 'bad' } })
  t.match((await run([['/', answer('{"a":1}')], ['/', failing]])).response, { complete: false, fault: { message: 'bad' } })
})

t.test('createSequential: an incomplete answer ends the sequence', async (t) => {
  const details: Step = async () => new DecodedResponse({ error_x: {} }, false)
  const { seen, response } = await run([['/', details], ['/', answer('{"a":1}')]])
  t.equal(seen.length, 1)
  t.match(response, { complete: false, fault: null })
  t.match((await run([['/', answer('{"a":1}')], ['/', details]])).response, { complete: false, data: { a: 1, error_x: {} } })
})

t.test('createSequential: all together get 85 % of the timeout', async (t) => {
  const hanging: Step = (request) => new Promise((resolve, reject) => { request.call.listen(reject) })
  const started = performance.now()
  const { response } = await run([['/', answer('{"a":1}')], ['/', hanging]], { timeout: 200 })
  t.ok(performance.now() - started >= 168)
  t.match(response, { complete: false, fault: { message: 'context deadline exceeded' } })
})
