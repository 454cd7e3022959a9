import fc from 'fast-check'
import t from 'tap'
import { JsonText } from '@floodgate/core'
import { isObjectText } from '../../src/decode/object-text.ts'

const isSure = (json: string) => isObjectText(Buffer.from(json))

t.test('isObjectText: knows objects', async (t) => {
  for (const json of [
    '{}', ' { } ', '\n{\r\t}\n', '{"a":1}', ' { "a" : [ ] , "b" : { } } ', '{"":""}', '{"a":"\\"\\\\\\/\\b\\f\\n\\r\\t"}', '{"ä":"日本 😀"}',
    '{"a":[[],{},[1,{"b":[true,false,null]}],"x"]}', '{"a":-0,"b":0.5,"c":-1.25e+10,"d":1E-7,"e":10,"f":12345678901234567890}', '{"a":1,"a":2}'
  ]) t.ok(isSure(json), json)
})

t.test('isObjectText: leaves to JSON.parse what is none, and what it does not read', async (t) => {
  for (const json of [
    '', ' ', '[]', '1', '"a"', 'null', '{', '}', '{]', '{"a"}', '{"a":}', '{"a":1', '{"a":1}}', '{"a":1}x', '{"a":1,}', '{,"a":1}', '{"a" 1}', '{a:1}', "{'a':1}",
    '{"a":01}', '{"a":-}', '{"a":+1}', '{"a":1.}', '{"a":.5}', '{"a":1e}', '{"a":1e+}', '{"a":tru}', '{"a":nul}', '{"a":truex}', '{"a":Infinity}', '{"a":"', '{"a":"b', '{"a":"\\', '{"a":"\\x"}',
    '{"a":"\t"}', '{"a":[1,]}', '{"a":[1 2]}', '{"a":[1}', '{"a":{"b":1]}', '{"a":[', '{"a":1 "b":2}', '{"a":"\\u00e4"}', '\ufeff{}', '\u00a0{}', `{"a":${'['.repeat(66)}${']'.repeat(66)}}`
  ]) t.notOk(isSure(json), json)
})

t.test('isObjectText: any object, written in any way', async (t) => {
  let sure = 0
  const value = fc.letrec((tie) => ({
    value: fc.oneof({ depthSize: 'medium' }, fc.string({ unit: 'binary' }), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer(), fc.boolean(), fc.constant(null), fc.array(tie('value')), fc.dictionary(fc.string({ unit: 'binary' }), tie('value')))
  })).value
  fc.assert(fc.property(fc.dictionary(fc.string({ unit: 'binary' }), value), fc.constantFrom(undefined, ' ', '\t'), (object, space) => {
    const json = JSON.stringify(object, null, space)
    if (/\\u/.test(json)) return
    if (!isSure(json)) throw new Error(json)
    sure++
  }), { numRuns: 2000 })
  t.ok(sure > 500, `${sure} times`)
})

t.test('isObjectText: is sure of nothing that JSON.parse refuses, or reads otherwise', async (t) => {
  const piece = fc.constantFrom('{', '}', '[', ']', ',', ':', '"', '"a"', '"b"', '\\', '\\n', '1', '-', '0', '.5', 'e', 'E+2', 'true', 'false', 'null', ' ', '\n', '{"a":1}', '{"a":', '[]', '\u0001', 'x', 'é')
  let sure = 0
  const check = (json: string) => {
    if (!isSure(json)) return
    sure++
    const read: unknown = JSON.parse(json)
    if (typeof read !== 'object' || read === null || Array.isArray(read)) throw new Error(`no object: ${json}`)
    if (new JsonText(Buffer.from(json), null).isEmpty !== (Object.keys(read).length === 0)) throw new Error(`empty or not: ${json}`)
  }
  fc.assert(fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => { check(pieces.join('')) }), { numRuns: 20_000 })
  // Near to what is right: one place of a good text changed.
  fc.assert(fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }), { minKeys: 1 }), fc.nat(), piece, fc.boolean(), (object, place, other, inserts) => {
    const json = JSON.stringify(object)
    const at = place % json.length
    check(json.slice(0, at) + other + json.slice(at + (inserts ? 0 : 1)))
  }), { numRuns: 20_000 })
  t.ok(sure > 1000, `${sure} times sure`)
})

t.test('isObjectText: reads no byte beyond the last one', async (t) => {
  // V8 compiles a function anew, and slower, for a single value that was undefined.
  const watched = (json: Buffer) => new Proxy(json, {
    get (bytes, key) {
      if (typeof key === 'string' && /^-?\d+$/.test(key) && bytes[Number(key)] === undefined) throw new Error(`read byte ${key} of ${bytes}`)
      return Reflect.get(bytes, key) as unknown
    }
  })
  const text = Buffer.from('{"a":[true,{"b}\\n":-1.5e+10},[],{}],"c":null,"d":{"e":false} } ')
  t.ok(isObjectText(watched(text)))
  for (let length = 0; length < text.length; length++) {
    for (const end of ['', '}', ' }', '\\}', '"}']) isObjectText(watched(Buffer.concat([text.subarray(0, length), Buffer.from(end)])))
  }
})
