import t from 'tap'
import { once } from 'node:events'
import { PassThrough, Readable } from 'node:stream'
import { DecodedResponse, Fault, JsonText, stringifyExact, type CoreRequest, type Step, type StepResponse } from '@floodgate/core'
import { createShadow } from '@floodgate/aggregate'
import { createBackend, createRequest } from '../support/requests.ts'

const text = (json: string) => new DecodedResponse(new JsonText(Buffer.from(json), JSON.parse(json)))
const answer = (response: () => StepResponse): Step => () => Promise.resolve(response())
const raw = (body: StepResponse['body'] = null): StepResponse => ({ status: 404, headers: {}, body, data: null, complete: true, fault: null })
const json = (response: StepResponse) => (response as DecodedResponse).text?.bytes.toString() ?? stringifyExact(response.data)

t.test('createShadow: without shadows the step itself', async (t) => {
  const step = answer(() => text('{}'))
  t.equal(createShadow({ backends: [createBackend()], timeout: 1000 }, step, []), step)
})

t.test('createShadow: shadows get copies and their own time, and nothing comes of them', async (t) => {
  const shadow = createBackend({ extra: { proxy: { shadow: true, shadow_timeout: '30ms' } } })
  const endpoint = { backends: [createBackend(), shadow] as const, timeout: 10_000 }
  const seen: CoreRequest[] = []
  const body = new PassThrough()
  const closed = once(body, 'close')
  const ended = new Promise<Fault>((resolve) => {
    const steps: Step[] = [
      (request) => { seen.push(request); request.call.listen(resolve); return new Promise(() => {}) },
      () => Promise.reject(new Error('ignored')),
      () => { throw new Error('ignored') },
      () => Promise.resolve(raw(body.end('read away')))
    ]
    const request = createRequest({ body: Readable.from([Buffer.from('payload')]) })
    createShadow(endpoint, async (main) => { seen.push(main); return text('{"main":1}') }, steps)(request).then((response) => {
      t.equal(json(response), '{"main":1}')
      t.same(seen.map((request) => String(request.body)), ['payload', 'payload'])
      t.not(seen[0], seen[1])
      request.call.cancel(new Fault('abort', 'FG_ERR_TEST', 'gone'))
    }, t.fail)
  })
  t.match(await ended, { kind: 'deadline' }, 'not the client\'s leaving')
  await closed
})
