import { isDeepStrictEqual } from 'node:util'
import { Ajv } from 'ajv'
import fc from 'fast-check'
import t from 'tap'
import { fits, checkValue, type ProblemDraft } from '@floodgate/settings'
import { isLong } from '@floodgate/testing'
import { formats } from '../../src/engine/formats.ts'

// None that is written with an exponent: ajv takes those for no multiple of anything.
const scalar = fc.oneof(fc.constantFrom('', 'a', 'äöü', '𝒳', '1s', '10.0.0.0/8', '2h'), fc.integer({ min: -3, max: 3 }), fc.constantFrom(0.5, 1e15), fc.boolean(), fc.constant(null))
const key = fc.constantFrom('a', 'b', 'c', '_d')
const pattern = fc.constantFrom('^[a-b]', '^_', '𝒳$', '')
const size = fc.integer({ min: 0, max: 3 })

const { schema, value } = fc.letrec<{ schema: object | boolean, value: unknown }>((tie) => {
  const schemas = fc.array(tie('schema'), { minLength: 1, maxLength: 3 })
  return {
    schema: fc.oneof({ maxDepth: 3, depthSize: 'small' }, fc.boolean(), fc.record({
      type: fc.oneof(fc.constantFrom('string', 'number', 'integer', 'boolean', 'null'), fc.constant(['string', 'integer'])),
      enum: fc.uniqueArray(scalar, { minLength: 1, maxLength: 3 }),
      const: scalar,
      minimum: fc.integer({ min: -2, max: 2 }),
      maximum: fc.integer({ min: -2, max: 2 }),
      exclusiveMinimum: fc.integer({ min: -2, max: 2 }),
      multipleOf: fc.constantFrom(1, 2),
      minLength: size,
      maxLength: size,
      pattern,
      format: fc.constantFrom('go-duration', 'ip-range'),
      default: scalar,
      description: fc.constant('what it is')
    }, { requiredKeys: [] }), fc.record({
      type: fc.constant('object'),
      properties: fc.dictionary(key, tie('schema') as fc.Arbitrary<object | boolean>),
      required: fc.uniqueArray(key, { minLength: 1 }),
      additionalProperties: tie('schema'),
      patternProperties: fc.dictionary(pattern, tie('schema') as fc.Arbitrary<object | boolean>),
      propertyNames: fc.record({ pattern }),
      minProperties: size,
      maxProperties: size,
      default: fc.constant({})
    }, { requiredKeys: ['properties'] }), fc.record({
      type: fc.constant('array'),
      items: tie('schema'),
      contains: tie('schema'),
      uniqueItems: fc.boolean(),
      minItems: size,
      maxItems: size
    }, { requiredKeys: [] }), fc.record({
      anyOf: schemas,
      oneOf: schemas,
      allOf: schemas,
      not: tie('schema'),
      if: tie('schema'),
      then: tie('schema'),
      else: tie('schema')
    }, { requiredKeys: [] }), fc.constant({ $ref: '#/definitions/named' })),
    value: fc.oneof({ maxDepth: 3, depthSize: 'small' }, scalar, fc.dictionary(key, tie('value')), fc.array(tie('value'), { maxLength: 3 }))
  }
})

const definitions = { named: { type: 'object', properties: { a: { type: 'string', default: 'x' } } } }
const ajvFormats = Object.fromEntries(Object.entries(formats).map(([name, { fits }]) => [name, fits]))

t.test('fits: says what ajv says, and fills in the same defaults', async (t) => {
  let fitting = 0
  fc.assert(fc.property(schema, value, (inner, value) => {
    const schema = { definitions, allOf: [inner] }
    const validate = new Ajv({ useDefaults: true, allErrors: true, strict: false, formats: ajvFormats, logger: false }).compile(schema)
    const [ours, theirs, checked] = [structuredClone(value), structuredClone(value), structuredClone(value)]
    const verdict = fits(schema, ours)
    if (verdict) fitting++
    if (verdict !== validate(theirs)) return false
    const drafts: ProblemDraft[] = []
    if (checkValue(schema, checked, [], (draft) => { drafts.push(draft) }) !== verdict || (drafts.length === 0) !== verdict) return false
    return !verdict || isDeepStrictEqual(ours, theirs)
  }), { numRuns: isLong ? 5000 : 200 })
  t.ok(fitting > 5, `${fitting} fitted`)
})

// Ajv adds items that are missing where they have a default; no schema here has such.
t.test('fits: a list of schemas is for the items in their order, additionalItems for the others', async (t) => {
  const items = [{ type: 'string' }, { type: 'integer' }]
  for (const list of [[], ['a'], ['a', 1], ['a', 1, null]]) t.ok(fits({ type: 'array', items }, list), JSON.stringify(list))
  for (const list of [[1], ['a', 'b'], ['a', 1, null]]) t.notOk(fits({ type: 'array', items, additionalItems: { type: 'boolean' } }, list), JSON.stringify(list))
  t.ok(fits({ type: 'array', items, additionalItems: { type: 'boolean' } }, ['a', 1, true]))
})

t.test('fits: a default is the settings\' own', async (t) => {
  const schema = { type: 'object', properties: { list: { type: 'array', default: ['a'] } } }
  const settings: { list?: string[] } = {}
  t.equal(fits(schema, settings), true)
  settings.list!.push('b')
  t.strictSame(schema.properties.list.default, ['a'])
})

t.test('fits: names of keys are no names of Object\'s own', async (t) => {
  t.equal(fits({ properties: { constructor: { type: 'string' } } }, {}), true)
  t.equal(fits({ required: ['toString'] }, {}), false)
  t.equal(fits({ additionalProperties: false }, JSON.parse('{"__proto__":1}')), false)
})

t.test('fits: refuses schemas that it cannot check by, and does not ignore what it does not know', async (t) => {
  t.throws(() => fits({ unevaluatedProperties: false }, {}), /unevaluatedProperties.*not supported/)
  t.throws(() => fits({ $ref: '#/definitions/x' }, {}), /"#\/definitions\/x", which it does not have/)
  t.equal(fits({ $ref: 'Named', $defs: { Named: { $id: 'Named', type: 'string' } } }, 5), false, 'a reference by $id')
  t.equal(fits({ type: 'object', errorMessage: 'x' }, {}), true, 'annotations')
})

t.test('checkValue: names place, value and what to write instead', async (t) => {
  const rows: [object, unknown, object][] = [
    [{ type: 'boolean' }, 'yes', { code: 'wrong-type', message: 'must be a boolean (true or false), not "yes"', instead: 'write true without quotes' }],
    [{ type: 'integer' }, '8', { code: 'wrong-type', message: 'must be a whole number, not "8"', instead: 'write 8 without quotes' }],
    [{ type: 'array', items: { type: 'string' } }, 'a', { code: 'wrong-type', message: 'must be a list of texts, not "a"', instead: 'write ["a"]' }],
    [{ type: 'array', items: { type: 'object' } }, {}, { code: 'wrong-type', message: 'must be a list of objects, not an object', instead: 'put the object in brackets: [{ … }]' }],
    [{ type: ['string', 'null'] }, 5, { code: 'wrong-type', message: 'must be text or null, not 5' }],
    [{ enum: ['TLS12', 'TLS13'] }, 'tls1.2', { code: 'invalid-value', message: 'must be "TLS12" or "TLS13", not "tls1.2"', instead: 'write "TLS12"' }],
    [{ enum: ['header', 'ip'] }, 'heder', { code: 'invalid-value', instead: 'did you mean "header"?' }],
    [{ minimum: 1, maximum: 9 }, 10, { code: 'out-of-range', message: 'must be between 1 and 9, not 10' }],
    [{ minimum: 1 }, 0, { code: 'out-of-range', message: 'must be at least 1, not 0' }],
    [{ exclusiveMinimum: 0 }, 0, { code: 'out-of-range', message: 'must be more than 0, not 0' }],
    [{ minItems: 1 }, [], { code: 'too-few', message: 'needs at least 1 item' }],
    [{ maxItems: 2 }, [1, 2, 3], { code: 'too-many', message: 'takes at most 2 items' }],
    [{ uniqueItems: true }, [1, 1], { code: 'invalid-value', message: 'contains a duplicate item' }],
    [{ minLength: 1 }, '', { code: 'too-short', message: 'must not be empty' }],
    [{ pattern: '^/', examples: ['/a'] }, 'a', { code: 'invalid-value', message: 'must be like "/a", not "a"' }],
    [{ format: 'go-duration' }, '1x', { code: 'invalid-value', message: 'must be a duration such as "300ms", "2s" or "1h30m", not "1x"' }],
    [{ anyOf: [{ type: 'string' }, { type: 'object', required: ['a'] }] }, {}, { code: 'invalid-value', message: 'must be text or an object of a supported shape, not an object' }]
  ]
  for (const [schema, value, draft] of rows) t.match(checkAll({ properties: { k: schema } }, { k: value }), [{ severity: 'error', place: ['k'], value, ...draft }], JSON.stringify(schema))
  t.match(checkAll({ required: ['k'], properties: { k: { examples: ['x'] } } }, {}), [{ code: 'missing-key', place: ['k'], message: '"k" is missing', instead: 'add "k": "x"' }])
  t.match(checkAll({ properties: { key: {} }, additionalProperties: false }, { kye: 1 }), [{ severity: 'warning', code: 'unknown-key', place: ['kye'], at: 'key', nearest: { word: 'kye', among: ['key'] } }])
})

function checkAll (schema: object, value: unknown): ProblemDraft[] {
  const drafts: ProblemDraft[] = []
  checkValue(schema, value, [], (draft) => { drafts.push(draft) })
  return drafts
}
