import t from 'tap'
import { Readable } from 'node:stream'
import type http from 'node:http'
import { Call, DecodedResponse, JsonText, stringifyExact, type Step, type StepResponse } from '@floodgate/core'
import { createAggregate, createBackendStep, createConcurrent, createMerge } from '@floodgate/aggregate'
import { readAll, startOrigin } from '@floodgate/testing'
import { createBackend, createRequest, exchange } from '../support/requests.ts'

const text = (json: string) => new DecodedResponse(new JsonText(Buffer.from(json), JSON.parse(json)))
const answer = (response: () => StepResponse): Step => () => Promise.resolve(response())
const json = (response: StepResponse) => (response as DecodedResponse).text?.bytes.toString() ?? stringifyExact(response.data)

t.test('createAggregate: over real backends, one that hangs and one that cuts', async (t) => {
  const answers: Record<string, http.RequestListener> = {
    '/a': (_, res) => { res.end('{"a":12345678901234567890}') },
    '/b': (_, res) => { res.end('{"b":[1.0]}') },
    '/cut': (_, res) => { res.destroy() },
    '/hang': () => {}
  }
  const origin = await startOrigin(t, (req, res) => { answers[req.url!]!(req, res) })
  const step = (target: string, group = ''): Step => {
    const call = createBackendStep(createBackend({ group, urlPattern: target }), exchange)
    return (request) => { request.origin = origin.url; request.target = target; return call(request) }
  }
  const endpoint = { timeout: 300, backends: [createBackend()] as const, extra: {}, outputEncoding: 'json' }
  const good = await createAggregate(endpoint, [step('/a'), step('/b', 'g')])(createRequest())
  t.equal(json(good), '{"a":12345678901234567890,"g":{"b":[1.0]}}')
  t.throws(() => createAggregate(endpoint, []), { code: 'FG_ERR_AGGREGATE_NO_BACKEND' })
  const partial = await createAggregate(endpoint, [step('/a'), step('/cut'), step('/hang')])(createRequest())
  t.equal(json(partial), '{"a":12345678901234567890}')
  t.equal(partial.complete, false)
})

t.test('a call that ended leaves no timer behind', async (t) => {
  const before = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
  const request = createRequest({ timeout: 0 })
  await createMerge({ timeout: 60_000 }, [answer(() => text('{}')), answer(() => text('{}'))])(request)
  await createConcurrent(3, 60_000, answer(() => text('{}')))(request)
  t.equal(process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length, before)
  t.equal((await readAll(Readable.from([Buffer.from('x')]))).length, 1)
  t.ok(new Call(0).reason === null)
})
