import t from 'tap'
import { checkConfiguration } from '@floodgate/inspect/check'

const backend = { host: ['http://h'], url_pattern: '/' }
const two = [backend, backend]
const concurrent = { extra_config: { proxy: {} }, concurrent_calls: 2, backend: [backend] }

async function notesOf (config: object): Promise<string[]> {
  const notes: string[] = []
  const problems = await checkConfiguration({ version: 3, ...config }, { env: {}, onNote: (note) => { notes.push(note) } })
  t.strictSame(problems.filter(({ severity }) => severity === 'error'), [])
  return notes
}

t.test('checkConfiguration: notes endpoints that hold request bodies where the reference does not', async (t) => {
  const endpoint = (path: string, method: string, more: object) => ({ endpoint: path, method, ...more })
  t.strictSame(await notesOf({ endpoints: [endpoint('/a', 'POST', { backend: two })] }), [
    'request bodies of POST /a are held in memory for several calls, up to 8388608 bytes; larger ones are answered 413, whereas KrakenD serves them: set floodgate.max_request_body for another limit'
  ])
  const all = ['POST', 'PUT', 'PATCH', 'DELETE'].map((method, i) => endpoint(`/e${i}`, method, i === 3 ? concurrent : { backend: two }))
  t.match(await notesOf({ endpoints: all }), [/bodies of POST \/e0, PUT \/e1, PATCH \/e2 and 1 more are held/])
  for (const none of [
    [endpoint('/a', 'GET', { backend: two })],
    [endpoint('/a', 'POST', { backend: [backend] })],
    [endpoint('/a', 'POST', { backend: two, extra_config: { floodgate: { max_request_body: 1000 } } })]
  ]) t.strictSame(await notesOf({ endpoints: none }), [])
  const reading = (extra: object, of: object = {}, level: object = {}) => notesOf({ ...level, endpoints: [endpoint('/a', 'POST', { extra_config: extra, backend: [{ ...backend, extra_config: of }] })] })
  const template = (text: string) => ({ template: Buffer.from(text).toString('base64') })
  const operations = [{ type: 'header', strategy: 'dotnotation', expression: 'a', target: 'X-A', on_conflict: 'skip' }]
  for (const [namespace, notes] of [
    ['validation/json-schema', await reading({ 'validation/json-schema': { type: 'object' } })],
    ['modifier/request-body-extractor', await reading({ 'modifier/request-body-extractor': { operations } })],
    ['modifier/request-body-extractor', await reading({}, {}, { extra_config: { 'modifier/request-body-extractor': { operations } } })],
    ['modifier/request-body-extractor/early', await reading({ 'modifier/request-body-extractor/early': { operations } })],
    ['modifier/request-body-generator', await reading({ 'modifier/request-body-generator': template('{{ .req_body }}') })],
    ['backend/graphql', await reading({}, { 'backend/graphql': { type: 'Mutation', query: 'mutation { a }' } })],
    ['backend/soap', await reading({}, { 'backend/soap': template('<a/>') })]
  ] as const) t.match(notes, [new RegExp(`bodies of POST /a are held in memory for ${namespace}, up to`)])
  t.strictSame(await reading({ 'modifier/request-body-generator': template('{"a":1}') }, { 'backend/graphql': { type: 'query', query: '{ a }' } }), [])
  t.match(await notesOf({ endpoints: [endpoint('/a', 'POST', { backend: two, extra_config: { 'validation/json-schema': { type: 'object' } } })] }), [/for several calls and validation\/json-schema, up to/])
  t.strictSame(await notesOf({ extra_config: { router: { max_payload: 1000 } }, endpoints: all }), [], 'larger ones are refused by both')
  t.strictSame(await notesOf({ extra_config: { floodgate: { max_request_body: 1000 } }, endpoints: all }), [], 'a bound that somebody has set is no surprise')
})

t.test("checkConfiguration: a star in a backend's own lists is a name, and warns (faults of configurations that read as open)", async (t) => {
  for (const key of ['input_headers', 'input_query_strings']) {
    const check = (lists: object, of: object) => checkConfiguration({ version: 3, endpoints: [{ endpoint: '/a', [key]: ['*'], ...lists, backend: [{ ...backend, ...of }] }] }, { env: {} })
    t.match(await check({}, { [key]: ['*'] }), [{ severity: 'warning', code: 'no-wildcard', place: ['endpoints', 0, 'backend', 0, key], message: `"*" is an ordinary name in a backend's ${key}, as on KrakenD: nothing is passed on`, instead: new RegExp(`remove ${key} here`) }])
    t.match(await check({}, { [key]: ['x', '*'] }), [{ code: 'no-wildcard' }])
    t.strictSame((await check({}, { [key]: ['x'] })).filter(({ code }) => code === 'no-wildcard'), [])
    t.strictSame((await check({}, {})).filter(({ code }) => code === 'no-wildcard'), [], "an endpoint's own star is one")
  }
})
