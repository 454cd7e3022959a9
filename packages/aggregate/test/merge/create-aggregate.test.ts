import t from 'tap'
import fc from 'fast-check'
import { once } from 'node:events'
import { PassThrough, Readable } from 'node:stream'
import type http from 'node:http'
import { Call, DecodedResponse, Fault, JsonText, parseExact, stringifyExact, type CoreRequest, type Step, type StepResponse } from '@floodgate/core'
import { createAggregate, createBackendStep, createConcurrent, createMerge, createShadow } from '@floodgate/aggregate'
import { mergeResponses } from '../../src/merge/merge-responses.ts'
import { readAll, startOrigin } from '@floodgate/testing'
import { createBackend, createRequest, exchange, fault } from '../support/requests.ts'

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

t.test('mergeResponses: parts without a document give each answer an empty one of its own', async (t) => {
  const merge = () => mergeResponses([new DecodedResponse(null), new DecodedResponse(null)], [])
  merge().data!.leak = 1
  t.same(merge().data, {})
})
