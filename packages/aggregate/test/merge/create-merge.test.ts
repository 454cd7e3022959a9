import t from 'tap'
import fc from 'fast-check'
import { once } from 'node:events'
import { PassThrough, Readable } from 'node:stream'
import { DecodedResponse, Fault, JsonText, parseExact, stringifyExact, type Step, type StepResponse } from '@floodgate/core'
import { createMerge } from '@floodgate/aggregate'
import { createRequest, fault } from '../support/requests.ts'

type Data = Record<string, unknown>

const text = (json: string) => new DecodedResponse(new JsonText(Buffer.from(json), JSON.parse(json)))
const data = (json: string) => new DecodedResponse(parseExact(Buffer.from(json)) as Data)
const answer = (response: () => StepResponse): Step => () => Promise.resolve(response())
const failing = (message: string, status = 500): Step => () => Promise.reject(new Fault('backend', 'FG_ERR_TEST', message, { status, detail: `${message} at host` }))
const raw = (body: StepResponse['body'] = null): StepResponse => ({ status: 404, headers: {}, body, data: null, complete: true, fault: null })
const merged = (...steps: Step[]) => createMerge({ timeout: 2000 }, steps)(createRequest())
const json = (response: StepResponse) => (response as DecodedResponse).text?.bytes.toString() ?? stringifyExact(response.data)

t.test('createMerge: one step is that step', async (t) => {
  const step = answer(() => text('{}'))
  t.equal(createMerge({ timeout: 1 }, [step]), step)
})

t.test('createMerge: joins texts as they are; of equal keys the later backend wins, whoever is first', async (t) => {
  const response = await merged(answer(() => text('{ "a": 1.0 }')), answer(() => text('{}')), answer(() => text('{"b":1e3}')))
  t.equal(json(response), '{ "a": 1.0 ,"b":1e3}')
  t.match(response, { status: 200, complete: true, fault: null })
  t.equal(json(await merged(answer(() => text('{"a":1.0,"s":{"x":"}"},"b":2}')), answer(() => text('{"s":[1.50]}')))), '{"a":1.0,"b":2,"s":[1.50]}')
  t.equal(json(await merged(answer(() => text('{"a":1}')), answer(() => text('{"a":2}')))), '{"a":2}')
})

t.test('createMerge: merges data and texts', async (t) => {
  t.equal(json(await merged(answer(() => text('{"a":1.0,"b":1}')), answer(() => data('{"b":2.0}')))), '{"a":1.0,"b":2.0}')
  t.equal(json(await merged(answer(() => data('{"__proto__":1}')), answer(() => data('{"b":2.0}')))), '{"__proto__":1,"b":2.0}')
})

t.test('createMerge: an incomplete part, or a document that is null, makes the answer incomplete', async (t) => {
  t.equal((await merged(answer(() => text('{"a":1}')), answer(() => new DecodedResponse({ b: 1 }, false)))).complete, false)
  const response = await merged(answer(() => new DecodedResponse(null)), answer(() => text('{"a":1}')))
  t.equal(response.complete, false)
  t.equal(json(response), '{"a":1}')
  t.equal(json(await merged(answer(() => new DecodedResponse(null)), answer(() => new DecodedResponse(null)))), '{}')
})

t.test('createMerge: a raw part is an empty document, and its stream is read away', async (t) => {
  const body = Readable.from([Buffer.from('x')])
  const closed = once(body, 'close')
  const response = await merged(answer(() => raw(body)), answer(() => text('{"a":1}')))
  t.equal(json(response), '{"a":1}')
  t.equal(response.complete, true)
  await closed
  t.equal(json(await merged(answer(() => ({ ...raw(), data: { b: 1 } })), answer(() => text('{"a":1}')))), '{"b":1,"a":1}')
})

t.test('createMerge: what failed leaves a partial answer, and only all failures fail', async (t) => {
  const response = await merged(failing('one'), answer(() => text('{"a":1}')), failing('two'))
  t.equal(json(response), '{"a":1}')
  t.match(response, { status: 200, complete: false, fault: { message: 'one\ntwo', detail: 'one at host\ntwo at host', status: 500 } })
  await t.rejects(merged(failing('one', 404), failing('two', 404)), fault({ code: 'FG_ERR_AGGREGATE_MERGE', message: 'one\ntwo', status: 500, answer: null }))
  await t.rejects(merged(() => { throw new TypeError('mistake') }, () => Promise.reject(new TypeError('mistake'))), fault({ message: 'a backend could not be called\na backend could not be called', detail: 'TypeError: mistake\nTypeError: mistake' }))
})

t.test('createMerge: parts get 85 % of the timeout, and those in time are answered', async (t) => {
  const started = performance.now()
  let reason: Fault | null = null
  const hanging: Step = (request) => new Promise(() => { request.call.listen((fault) => { reason = fault }) })
  const request = createRequest({ timeout: 200 })
  const response = await createMerge({ timeout: 200 }, [hanging, answer(() => text('{"a":1}'))])(request)
  t.equal(request.call.reason, null, 'before the endpoint\'s own deadline')
  t.ok(performance.now() - started >= 168)
  t.match(response, { complete: false, fault: { message: 'context deadline exceeded' } })
  t.match(reason, { kind: 'deadline' })
  await t.rejects(createMerge({ timeout: 20 }, [hanging, hanging])(createRequest()), fault({ kind: 'deadline' }))
})

t.test('createMerge: a client that went away ends all parts; one that is gone starts none', async (t) => {
  const request = createRequest()
  const gone = new Fault('abort', 'FG_ERR_TEST', 'gone')
  const hanging: Step = (part) => new Promise((resolve, reject) => { part.call.listen(reject) })
  const answered = createMerge({ timeout: 2000 }, [hanging, hanging])(request)
  request.call.cancel(gone)
  await t.rejects(answered, fault({ kind: 'abort' }))
  await t.rejects(createMerge({ timeout: 2000 }, [() => t.fail('never'), hanging] as Step[])(request), fault({ kind: 'abort' }))
})

t.test('createMerge: a part that comes too late is read away', async (t) => {
  const body = new PassThrough()
  const closed = once(body, 'close')
  let finish!: (response: StepResponse) => void
  const late: Step = () => new Promise((resolve) => { finish = resolve })
  await createMerge({ timeout: 20 }, [late, answer(() => text('{}'))])(createRequest())
  finish(raw(body.end('x')))
  await closed
})

t.test('createMerge: the body is read once and given to each', async (t) => {
  const bodies: unknown[] = []
  const step: Step = async (request) => { bodies.push(String(request.body)); return text('{}') }
  await createMerge({ timeout: 2000 }, [step, step])(createRequest({ method: 'POST', body: Readable.from([Buffer.from('pay'), Buffer.from('load')]) }))
  await createMerge({ timeout: 2000 }, [step, step])(createRequest({ method: 'POST', body: Readable.from([]) }))
  t.same(bodies, ['payload', 'payload', 'null', 'null'])
  const broken = new PassThrough()
  broken.destroy(new Error('cut'))
  await t.rejects(createMerge({ timeout: 2000 }, [step, step])(createRequest({ body: broken })), fault({ code: 'FG_ERR_AGGREGATE_REQUEST_BODY', status: 400 }))
})

t.test('createMerge: the answer does not depend on the order of arrival', async () => {
  const objects = fc.dictionary(fc.constantFrom('a', 'b', 'c', '__proto__', '1'), fc.oneof(fc.integer(), fc.constantFrom('}', '"', 1.5, [1, { a: ',' }], { b: 1 })), { noNullPrototype: true })
  const part = fc.tuple(fc.oneof({ weight: 5, arbitrary: objects }, fc.constant(null)), fc.constantFrom('text', 'data'))
  await fc.assert(fc.asyncProperty(fc.array(part, { minLength: 2, maxLength: 4 }), fc.array(fc.nat(), { minLength: 4, maxLength: 4 }), async (parts, ranks) => {
    const answers = async (order: (index: number) => number): Promise<string> => {
      const waiting: { rank: number, go: () => void }[] = []
      const steps = parts.map(([object, kind], index): Step => () => new Promise((resolve, reject) => {
        waiting.push({
          rank: order(index),
          go: () => {
            if (object === null) reject(new Fault('backend', 'FG_ERR_TEST', `part ${index}`))
            else resolve(kind === 'text' ? text(JSON.stringify(object, null, 1)) : data(JSON.stringify(object)))
          }
        })
      }))
      const answered = createMerge({ timeout: 2000 }, steps)(createRequest({ timeout: 0 })).then((response) => ({ ...response, json: JSON.parse(json(response)) }), (fault) => fault.message)
      for (const { go } of waiting.sort((a, b) => a.rank - b.rank)) {
        go()
        await null
      }
      const { complete, fault, json: value } = await answered as { complete?: boolean, fault?: Fault, json?: unknown }
      return JSON.stringify([complete, fault?.message, value])
    }
    const one = await answers((index) => index)
    const two = await answers((index) => ranks[index]!)
    const expected = parts.reduce<Data>((all, [object]) => ({ ...all, ...object }), {})
    const succeeded = parts.some(([object]) => object !== null)
    return one === two && (!succeeded || one.endsWith(',' + JSON.stringify(expected) + ']') || sameKeys(one, expected))
  }))
})

function sameKeys (result: string, expected: Data): boolean {
  const value = JSON.parse(result)[2] as Data
  return Object.keys(value).length === Object.keys(expected).length && Object.keys(expected).every((key) => JSON.stringify(value[key]) === JSON.stringify(expected[key]))
}
