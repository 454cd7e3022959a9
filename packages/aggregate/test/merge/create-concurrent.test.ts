import t from 'tap'
import { PassThrough } from 'node:stream'
import { DecodedResponse, Fault, JsonText, stringifyExact, type Step, type StepResponse } from '@floodgate/core'
import { createConcurrent } from '@floodgate/aggregate'
import { createRequest, fault } from '../support/requests.ts'

const text = (json: string) => new DecodedResponse(new JsonText(Buffer.from(json), JSON.parse(json)))
const answer = (response: () => StepResponse): Step => () => Promise.resolve(response())
const failing = (message: string, status = 500): Step => () => Promise.reject(new Fault('backend', 'FG_ERR_TEST', message, { status, detail: `${message} at host` }))
const raw = (body: StepResponse['body'] = null): StepResponse => ({ status: 404, headers: {}, body, data: null, complete: true, fault: null })
const json = (response: StepResponse) => (response as DecodedResponse).text?.bytes.toString() ?? stringifyExact(response.data)

t.test('createConcurrent: one call is the step itself', async (t) => {
  const step = answer(() => text('{}'))
  t.equal(createConcurrent(1, 1000, step), step)
})

t.test('createConcurrent: the first complete answer wins, and the others end', async (t) => {
  const ended: string[] = []
  let count = 0
  const step: Step = (request) => {
    const call = ++count
    if (call === 1) return Promise.reject(new Fault('backend', 'FG_ERR_TEST', 'first'))
    if (call === 2) return Promise.resolve(new DecodedResponse({ incomplete: 1 }, false))
    if (call === 3) return new Promise((resolve) => { setImmediate(() => { resolve(text('{"good":1}')) }) })
    return new Promise((resolve, reject) => { request.call.listen((reason) => { ended.push(reason.code); reject(reason) }) })
  }
  const response = await createConcurrent(4, 2000, step)(createRequest())
  t.equal(json(response), '{"good":1}')
  t.same(ended, ['FG_ERR_AGGREGATE_RACE'])
})

t.test('createConcurrent: without a complete answer an incomplete one, else the last failure', async (t) => {
  let count = 0
  const mixed: Step = () => ++count === 1 ? Promise.resolve(new DecodedResponse({ a: 1 }, false)) : Promise.reject(new Fault('backend', 'FG_ERR_TEST', 'bad'))
  t.match(await createConcurrent(2, 2000, mixed)(createRequest()), { complete: false })
  await t.rejects(createConcurrent(2, 2000, failing('bad'))(createRequest()), fault({ message: 'bad' }))
  await t.rejects(createConcurrent(2, 2000, () => { throw new TypeError('mistake') })(createRequest()), fault({ message: 'a backend could not be called' }))
})

t.test('createConcurrent: calls get 75 % of the timeout', async (t) => {
  const started = performance.now()
  const request = createRequest({ timeout: 200 })
  await t.rejects(createConcurrent(2, 200, () => new Promise(() => {}))(request), fault({ kind: 'deadline' }))
  t.equal(request.call.reason, null, 'before the endpoint\'s own deadline')
  t.ok(performance.now() - started >= 148)
})

t.test('createConcurrent: a winner that streams is reached by the client\'s leaving until its end', async (t) => {
  const body = new PassThrough()
  let reached: Fault | null = null
  const request = createRequest()
  const step: Step = (attempt) => { attempt.call.listen((reason) => { if (reason.code !== 'FG_ERR_AGGREGATE_RACE') reached = reason }); return Promise.resolve(raw(body)) }
  const response = await createConcurrent(2, 2000, step)(request)
  t.equal(response.body, body)
  request.call.cancel(new Fault('abort', 'FG_ERR_TEST', 'gone'))
  t.match(reached, { message: 'gone' })
  body.destroy()
})
