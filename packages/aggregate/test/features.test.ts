import t from 'tap'
import { readFileSync } from 'node:fs'
import { Check } from 'typebox/value'
import { DecodedResponse, Fault, JsonText, type Endpoint, type Feature, type Step, type StepResponse } from '@floodgate/core'
import { codes, createStatic, features, isShadow, regularBackends, shadowBackends } from '@floodgate/aggregate'
import * as errors from '../src/errors.ts'
import { shadowTimeout } from '../src/merge/shadow-backends.ts'
import { createBackend, createRequest } from './support/requests.ts'

const proxy = features.find(({ namespace }) => namespace === 'proxy')!
const good: Step = async () => new DecodedResponse(new JsonText(Buffer.from('{"a":1,"n":1.0}'), { a: 1, n: 1 }))
const partial: Step = async () => new DecodedResponse({ a: 1 }, false, new Fault('backend', 'FG_ERR_TEST', 'part'))
const stopped: Step = async () => new DecodedResponse({ a: 1 }, false)
const bad: Step = () => Promise.reject(new Fault('backend', 'FG_ERR_TEST', 'bad', { status: 404 }))

const data = { a: 'over', list: [1, { x: null }] }
async function run (strategy: string | undefined, next: Step): Promise<StepResponse | Fault> {
  return createStatic({ data, ...(strategy !== undefined && { strategy }) }, next)(createRequest()).catch((error) => error)
}

t.test('static: adds its data by strategy', async (t) => {
  const added: Record<string, Step[]> = { always: [good, partial, stopped, bad], success: [good, stopped], errored: [partial, bad], complete: [good], incomplete: [partial, stopped, bad], 'made-up': [good, partial, stopped, bad] }
  for (const [strategy, steps] of Object.entries(added)) {
    for (const next of [good, partial, stopped, bad]) {
      const response = await run(strategy, next)
      if (steps.includes(next)) t.match(response, { data })
      else if (next === bad) t.match(response, { message: 'bad' })
      else t.match(response, { data: { a: 1 } })
    }
  }
  t.match(await run(undefined, bad), { status: 200, complete: false, fault: { message: 'bad', status: 404 }, data })
  t.match(await run('always', good), { complete: true, fault: null, data: { n: /1\.0$/ } })
  t.match(await run('always', partial), { complete: false, fault: { message: 'part' } })
})

t.test('static: without data it is the step itself', async (t) => {
  t.equal(createStatic({ strategy: 'always' }, good), good)
})

t.test('static: a document that is null, a raw answer, and a mistake', async (t) => {
  t.match(await run('always', async () => new DecodedResponse(null)), { data, complete: true })
  t.match(await run('always', async () => ({ status: 404, headers: { a: 'b' }, body: null, data: null, complete: true, fault: null })), { status: 404, headers: { a: 'b' }, data })
  t.match(await run('errored', () => Promise.reject(new TypeError('mistake'))), { data, fault: { code: 'FG_ERR_AGGREGATE_PART' } })
  t.match(await run('success', () => Promise.reject(new TypeError('mistake'))), TypeError)
})

t.test('static: what a later feature changes is not the configuration', async (t) => {
  const response = await run('always', good) as StepResponse
  ;(response.data!.list as unknown[]).push('changed')
  t.same(((await run('always', good)) as StepResponse).data!.list, [1, { x: null }])
})

t.test('proxy: flatmap works on what several backends answered, static data outside of it', async (t) => {
  const settings = { flatmap_filter: [{ type: 'move', args: ['a', 'b'] }], static: { data: { a: 'static' } } }
  const attach = (backends: unknown[]) => (proxy.endpoint as NonNullable<Feature['endpoint']>)(settings, good, { backends } as unknown as Endpoint, {} as never)
  t.match((await attach([createBackend(), createBackend()])(createRequest())).data, { b: 1, a: 'static' })
  t.match((await attach([createBackend()])(createRequest())).data, { a: 'static', b: undefined })
  t.match((await attach([createBackend(), createBackend({ extra: { proxy: { shadow: true } } })])(createRequest())).data, { a: 'static', b: undefined }, 'a shadow does not count')
  t.equal(proxy.endpoint!({}, good, { backends: [createBackend(), createBackend()] } as never, {} as never), good)
})

t.test('shadow backends: are told by their settings', async (t) => {
  const shadow = createBackend({ extra: { proxy: { shadow: true } } })
  const own = createBackend({ extra: { proxy: { shadow: true, shadow_timeout: '3s' } } })
  const regular = createBackend({ extra: { proxy: { shadow: false } } })
  t.ok(isShadow(shadow))
  t.notOk(isShadow(regular))
  t.same(regularBackends({ backends: [shadow, regular] }), [regular])
  t.same(shadowBackends({ backends: [shadow, regular, own] }), [shadow, own])
  t.equal(shadowTimeout({ backends: [shadow, own], timeout: 100 }), 3000)
  t.equal(shadowTimeout({ backends: [shadow], timeout: 100 }), 100)
})

t.test('features: schemas take what the reference takes, and refuse what it would not understand', async (t) => {
  const valid = (namespace: string, level: 'endpoint' | 'backend', settings: unknown) => Check(features.find((feature) => feature.namespace === namespace)!.schemas[level]!, settings)
  t.ok(valid('proxy', 'endpoint', { sequential: true, static: { data: { a: 1 }, strategy: 'made-up' }, flatmap_filter: [{ type: 'made-up', args: [] }], combiner: 'x', force_sandboxed_request: true }))
  t.ok(valid('proxy', 'endpoint', { static: {} }))
  t.notOk(valid('proxy', 'endpoint', { sequential: 'yes' }))
  t.notOk(valid('proxy', 'endpoint', { flatmap_filter: [{ type: 'del', args: 'a' }] }))
  t.ok(valid('proxy', 'backend', { shadow: true, shadow_timeout: '3s' }))
  t.notOk(valid('proxy', 'backend', { shadow_timeout: 3 }))
  t.ok(valid('backend/http', 'backend', { return_error_code: true }))
  t.notOk(valid('backend/http', 'backend', { return_error_details: true }))
})

t.test('errors: every fault has a code that is listed', async (t) => {
  const made = [errors.badStatus('m', 'd'), errors.brokenBody(null), errors.badGzip(null), errors.badAnswer('m'), errors.badDocument(null), errors.brokenRequestBody(null), errors.brokenPart(null), errors.noBackend(), errors.lostRace(), errors.joinFaults([errors.badAnswer('m')])]
  t.same(made.map(({ code }) => code).sort(), Object.keys(codes).sort())
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  t.same([...readme.matchAll(/`(FG_ERR_\w+)`/g)].map(([, code]) => code).sort(), Object.keys(codes).sort(), 'the README lists them all')
})
