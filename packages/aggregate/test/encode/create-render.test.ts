import t from 'tap'
import fc from 'fast-check'
import { parse as parseYaml } from 'yaml'
import { Readable } from 'node:stream'
import { DecodedResponse, isMarkedNumber, JsonText, literalOf, parseExact, type StepResponse } from '@floodgate/core'
import { createRender } from '@floodgate/aggregate'
import { decodeXml } from '../../src/decode/xml.ts'
import { writeXml } from '../../src/encode/xml.ts'
import { writeYaml } from '../../src/encode/yaml.ts'
import { createRequest } from '../support/requests.ts'

type Data = Record<string, unknown>

const JSON_TYPE = 'application/json; charset=utf-8'

function rendered (encoding: string, response: StepResponse, accept?: string): [type: unknown, body: string] {
  const body = createRender(encoding)(response, createRequest({ headers: accept === undefined ? {} : { accept } }))
  return [response.headers['content-type'], body!.toString()]
}
const text = (json: string) => new DecodedResponse(new JsonText(Buffer.from(json), JSON.parse(json)))
const exact = (json: string) => new DecodedResponse(parseExact(Buffer.from(json)) as Data)

t.test('json: an untouched document is sent as the bytes it came as', async (t) => {
  const response = text('{ "b": 1.0,\n "a": "<" }')
  const { bytes } = response.text!
  t.equal(createRender('json')(response, createRequest()), bytes)
  t.equal(createRender('json')(new DecodedResponse(new JsonText(null, { a: 1 }, null, '{"a":1.0}')), createRequest()), '{"a":1.0}', 'a short one as text')
  t.same(response.headers, { 'content-type': JSON_TYPE })
})

t.test('json: a changed document is written with every digit', async (t) => {
  const response = text('{"b": 1.50, "c": [-0, 12345678901234567890]}')
  response.data!.d = 0.5
  t.same(rendered('json', response), [JSON_TYPE, '{"b":1.50,"c":[-0,12345678901234567890],"d":0.5}'])
  t.same(rendered('fast-json', exact('{"a":1e3}')), [JSON_TYPE, '{"a":1e3}'])
  t.same(rendered('json', new DecodedResponse(null)), [JSON_TYPE, 'null'])
})

t.test('json-collection: the collection alone, of any kind, or an empty list', async (t) => {
  const collection = new DecodedResponse(JsonText.wrap('collection', Buffer.from('[1.0, 2]'), { collection: [1, 2] }, Buffer.from('[1.0, 2]')))
  t.same(rendered('json-collection', collection), [JSON_TYPE, '[1.0, 2]'])
  t.same(rendered('json-collection', text('{"collection":[1.0],"x":1}')), [JSON_TYPE, '[1.0]'])
  t.same(rendered('json-collection', text('{"collection":"text"}')), [JSON_TYPE, '"text"'])
  t.same(rendered('json-collection', exact('{"collection":1.0}')), [JSON_TYPE, '1.0'])
  for (const response of [text('{"x":1}'), exact('{"x":1}'), new DecodedResponse(null)]) t.same(rendered('json-collection', response), [JSON_TYPE, '[]'])
})

t.test('string: the content, if it is a text', async (t) => {
  const type = 'text/plain; charset=utf-8'
  t.same(rendered('string', new DecodedResponse({ content: 'Hä\n' })), [type, 'Hä\n'])
  for (const json of ['{"content":5}', '{"content":1.0}', '{"x":1}', '{"content":null}']) t.same(rendered('string', text(json)), [type, ''])
  t.same(rendered('string', new DecodedResponse(null)), [type, ''])
})

t.test('no-op: nothing is done', async (t) => {
  const body = Readable.from([])
  const response: StepResponse = { status: 404, headers: { a: 'b' }, body, data: null, complete: true, fault: null }
  t.equal(createRender('no-op')(response, createRequest()), body)
  t.match(response, { status: 404, headers: { a: 'b' }, body })
})

t.test('createRender: unknown encodings are the backend\'s, or JSON', async (t) => {
  const content = () => new DecodedResponse({ content: 'x' })
  const type = (encoding: string, fallback?: string) => { const response = content(); createRender(encoding, fallback)(response, createRequest()); return response.headers['content-type'] }
  t.equal(type('made-up'), JSON_TYPE)
  t.equal(type('made-up', 'string'), 'text/plain; charset=utf-8')
  t.equal(type('made-up', 'safejson'), JSON_TYPE)
})

t.test('createRender: a raw answer where a document is wanted is an empty one', async (t) => {
  const raw = (data: Data | null): StepResponse => ({ status: 404, headers: { 'x-own': '1', 'content-type': 'text/html' }, body: Readable.from(['x']), data, complete: true, fault: null })
  const response = raw(null)
  t.same(rendered('json', response), [JSON_TYPE, '{}'])
  t.equal(response.status, 200)
  t.notOk('x-own' in response.headers)
  t.same(rendered('json', raw({ a: 1 })), [JSON_TYPE, '{"a":1}'])
})

t.test('createRender: what cannot be written is a fault', async (t) => {
  const circle: Data = {}
  circle.circle = circle
  for (const encoding of ['json', 'xml', 'yaml']) t.throws(() => rendered(encoding, new DecodedResponse(circle)), { code: 'FG_ERR_AGGREGATE_ENCODE', status: 500 })
})

t.test('xml: writes as mxj does', async (t) => {
  const cases: Record<string, string> = {
    '{"content":"plain"}': '<content>plain</content>',
    '{"name":"A","n":1.0,"list":["x"],"deep":{"k":true}}': '<doc><deep><k>true</k></deep><list>x</list><n>1.0</n><name>A</name></doc>',
    '{}': '<doc/>',
    '{"a":null}': '<a/>',
    '{"a":"","b":[],"c":{}}': '<doc><a/><b/><c/></doc>',
    '{"l":[1,2]}': '<doc><l>1</l><l>2</l></doc>',
    '{"l":[{"a":1},{"a":2}]}': '<l><a>1</a></l><l><a>2</a></l>',
    '{"x":[[1,[2]]]}': '<doc><x>1</x><x>2</x></doc>',
    '{"a":[],"b":1}': '<doc><a/><b>1</b></doc>',
    '{"a":[]}': '<a/>',
    '{"a":{},"b":[{}]}': '<doc><a/><b/></doc>',
    '{"l":[1,[],{"x":[]}]}': '<doc><l>1</l><l/><l><x/></l></doc>',
    '{"u":{"-id":7,"-b":"\\"&","#text":"<A>"}}': '<u b="&quot;&amp;" id="7">&lt;A&gt;</u>',
    '{"u":{"-id":"7"}}': '<u id="7"/>',
    '{"u":{"-id":"7","n":1}}': '<u id="7"><n>1</n></u>',
    '{"10":4,"a b":5,"":6,"#x":7,"-":8,"-a":{}}': '<doc><_>6</_><_x>7</_x><_>8</_><_a/><_10>4</_10><a_b>5</a_b></doc>',
    '{"a":"\\u0000"}': '<a>\ufffd</a>'
  }
  for (const [json, xml] of Object.entries(cases)) t.equal(writeXml(parseExact(Buffer.from(json)) as Data), xml, json)
  t.equal(writeXml(null), '<doc/>')
})

t.test('yaml: writes as the reference does', async (t) => {
  const cases: Record<string, string> = {
    '{"name":"A","n":1.0,"list":["x"],"deep":{"k":true}}': 'deep:\n  k: true\nlist:\n- x\n"n": "1.0"\nname: A\n',
    '{}': '{}\n',
    '{"a":{},"b":[],"c":null,"d":""}': 'a: {}\nb: []\nc: null\nd: ""\n',
    '{"l":[{"a":1,"b":{"c":2}},[1,[2]],[],{}]}': 'l:\n- a: "1"\n  b:\n    c: "2"\n- - "1"\n  - - "2"\n- []\n- {}\n',
    '{"t":"a\\nb","u":"a\\n","v":"a\\n\\n","w":{"x":"a\\n\\nb"}}': 't: |-\n  a\n  b\nu: |\n  a\nv: |+\n  a\n\nw:\n  x: |-\n    a\n    \n    b\n',
    '{"q":["yes","- x","a: b","a#b","0150","1:30","2024-01-02","\\ta"," x","x:","a\\\\b","# c\\nd"]}': 'q:\n- "yes"\n- "- x"\n- "a: b"\n- "a#b"\n- "0150"\n- "1:30"\n- "2024-01-02"\n- "\\ta"\n- " x"\n- "x:"\n- "a\\\\b"\n- "# c\\nd"\n',
    '{"p":["a-b","a:b","ü","😀","it\'s","10:20:30","x y"]}': "p:\n- a-b\n- a:b\n- ü\n- 😀\n- it's\n- 10:20:30\n- x y\n",
    '{"m":[-0,1.5e-7,0.10,12345678901234567890123,7,-2.5]}': 'm:\n- "-0"\n- "1.5e-7"\n- "0.10"\n- "12345678901234567890123"\n- "7"\n- "-2.5"\n',
    '{"e":[1e3,1E+2]}': 'e:\n- 1e3\n- 1E+2\n'
  }
  for (const [json, yaml] of Object.entries(cases)) t.equal(writeYaml(parseExact(Buffer.from(json)) as Data), yaml, json)
  t.equal(writeYaml(null), 'null\n')
})

// What comes out can be read again, whatever went in.
const strings = fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.stringMatching(/^[-?:#&*!|>'"%@`{}[\], \n\t0-9a-z.~=<]{0,12}$/))
const documents = fc.letrec<{ object: Data }>((tie) => ({
  object: fc.dictionary(strings, fc.oneof({ maxDepth: 3 }, strings, fc.boolean(), fc.constant(null), fc.integer(), fc.array(fc.oneof({ maxDepth: 2 }, strings, tie('object'))), tie('object')), { noNullPrototype: true })
})).object

t.test('yaml: any document can be read again', async () => {
  const asTexts = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(asTexts)
    if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key.replace(/\p{Surrogate}/gu, '\ufffd'), asTexts(item)]))
    if (typeof value === 'number') return literalOf(value)
    return typeof value === 'string' ? value.replace(/\p{Surrogate}/gu, '\ufffd') : value
  }
  const sorted = (value: unknown): string => JSON.stringify(value, (_, item) => typeof item === 'object' && item !== null && !Array.isArray(item) ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => a < b ? -1 : 1)) : item)
  fc.assert(fc.property(documents, (document) => {
    const read = parseYaml(writeYaml(document), { version: '1.2', uniqueKeys: false })
    return sorted(read) === sorted(asTexts(document))
  }), { numRuns: 60 })
})

t.test('xml: any document can be read again', async () => {
  fc.assert(fc.property(documents, (document) => { decodeXml(Buffer.from(`<root>${writeXml(document)}</root>`)) }), { numRuns: 60 })
})

t.test('json: any document can be read again, and no text becomes a number', async () => {
  fc.assert(fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (document) => {
    const bytes = Buffer.from(JSON.stringify(document))
    const [, body] = rendered('json', new DecodedResponse(parseExact(bytes) as Data))
    return JSON.stringify(JSON.parse(body)) === JSON.stringify(JSON.parse(bytes.toString()))
  }))
})

t.test('every encoding: no mark ever leaves the gateway', async (t) => {
  const json = '{"a":1.50,"content":1.0,"collection":[1e3],"-b":-0,"d":{"-c":1.0,"#text":1.0}}'
  const data = parseExact(Buffer.from(json)) as { a: string }
  t.ok(isMarkedNumber(data.a))
  const mark = data.a.slice(0, -'1.50'.length)
  for (const encoding of ['json', 'json-collection', 'string', 'xml', 'yaml']) t.notOk(rendered(encoding, exact(json))[1].includes(mark), encoding)
})

t.test('yaml: a document too deep to be written is a fault', async (t) => {
  const deep = (levels: number) => {
    let data: Data = { a: 'x' }
    for (let i = 1; i < levels; i++) data = { a: data }
    return data
  }
  t.equal(parseYaml(writeYaml({ a: [[[{ b: [1], c: 'd' }], []], {}] })).a[0][0][0].c, 'd')
  t.equal(writeYaml(deep(1001)).split('\n').length, 1002)
  t.throws(() => rendered('yaml', new DecodedResponse(deep(1002))), { code: 'FG_ERR_AGGREGATE_ENCODE' })
})
