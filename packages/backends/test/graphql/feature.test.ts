import { Readable } from 'node:stream'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { Call, CoreRequest, type Backend, type Body, type FeatureContext, type Headers, type StepResponse } from '@floodgate/core'
import { graphqlFeature, type GraphqlSettings } from '@floodgate/backends'

async function prepare (settings: GraphqlSettings) {
  const told: string[] = []
  const into = (kind: string) => (place: readonly unknown[], message: string): void => { told.push(`${kind} ${place.at(-1)}: ${message}`) }
  const { backend } = await graphqlFeature.load!()
  const next = async () => ({ status: 200 }) as StepResponse
  const step = backend!(settings, next, { place: [] } as unknown as Backend, { problem: into('problem'), warning: into('warning'), reads () {} } as unknown as FeatureContext)
  return {
    told,
    isOff: step === next,
    async send (params: Record<string, string> = {}, body: Body = null, headers: Headers = {}) {
      const request = new CoreRequest({} as CoreRequest['incoming'], new Call(0), 'PUT', params, headers, null, body)
      await step(request)
      return { method: request.method, headers: request.headers, body: request.body === null ? null : String(request.body) }
    }
  }
}

t.test('a query with the endpoint\'s parameters', async (t) => {
  const { send } = await prepare({ type: 'Query', query: '{ a("<&>") }', operationName: 'Q', variables: { z: '{id}', a: 'x{id}', deep: { x: '{id}' }, up: '{Id}', none: '{nope}', proto: '{constructor}', last: '{resp0_x}' } })
  const sent = await send({ id: '"q"', resp0_x: '7' }, Readable.from(['the client\'s']), { 'content-type': 'text/x', 'content-length': '3', 'content-encoding': 'gzip', accept: 'a/b' })
  t.same(sent, {
    method: 'POST',
    headers: { accept: 'a/b', 'content-type': 'application/json' },
    body: '{"query":"{ a(\\"\\u003c\\u0026\\u003e\\") }","operationName":"Q","variables":{"a":"x{id}","deep":{"x":"{id}"},"last":"7","none":"","proto":"","up":"\\"q\\"","z":"\\"q\\""}}'
  })
  t.equal((await (await prepare({ type: 'query', query: '{ a }', variables: {} })).send()).body, '{"query":"{ a }"}')
  t.same(await (await prepare({ type: 'query', query: '{ a }', method: 'GET' })).send(), { method: 'GET', headers: { 'content-type': 'application/json' }, body: null })
})

t.test('a mutation: the client\'s object is the variables', async (t) => {
  const { send } = await prepare({ type: 'mutation', query: 'm', variables: { a: 1, b: '{id}' } })
  const body = async (text: string) => (await send({ id: '1' }, Buffer.from(text))).body
  t.equal(await body('{"a":12345678901234567890.50,"c":[1.0]}'), '{"query":"m","variables":{"a":12345678901234567890.50,"b":"{id}","c":[1.0]}}', 'digits stay')
  t.equal(await body('{"__proto__":{"a":5}}'), '{"query":"m","variables":{"__proto__":{"a":5},"a":1,"b":"{id}"}}')
  for (const [text, message] of [['[1]', /cannot unmarshal array/], ['null', /null/], ['true', /bool/], ['5', /number/], ['"x"', /string/], ['nope', /not JSON/], ['[', /not JSON/]] as const) {
    await t.rejects(body(text), { code: 'FG_ERR_BACKENDS_GRAPHQL_VARIABLES', status: 500, message })
  }
  await t.rejects(send(), { message: 'unexpected end of JSON input', status: 500 })
  await t.rejects(body('{"a":' + '['.repeat(100_000) + ']'.repeat(100_000) + '}'), { code: 'FG_ERR_BACKENDS_GRAPHQL_VARIABLES' }, 'nested without end is no stack overflow')
  const broken = new Readable({ read () { this.destroy(new Error('gone')) } })
  await t.rejects(send({}, broken), { message: 'unexpected EOF' })
})

t.test('where the query comes from, and what is told', async (t) => {
  const file = join(t.testdir(), 'q.graphql')
  writeFileSync(file, 'query F { f }\n')
  t.equal((await (await prepare({ type: 'query', query: 'unused', query_path: file })).send()).body, '{"query":"query F { f }\\n"}')
  t.match((await prepare({ type: 'query', query_path: `${file}.none` })).told, ['problem query_path: cannot read'])
  t.match((await prepare({ type: 'query', query_path: '/dev/zero' })).told, [/it is a device/])
  t.match((await prepare({ type: 'mutation' })).told, [/the query is missing/])
  for (const type of ['subscription', undefined]) {
    const { told, isOff } = await prepare({ query: 'x', ...(type !== undefined && { type }) })
    t.match(told, [/^warning type: .*as on KrakenD/])
    t.equal(isOff, true)
  }
})
