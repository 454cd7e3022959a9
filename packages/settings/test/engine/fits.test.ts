import { isDeepStrictEqual } from 'node:util'
import { Ajv } from 'ajv'
import fc from 'fast-check'
import t from 'tap'
import { isLong } from '@floodgate/testing'
import { fits, formats } from '../../src/engine/fits.ts'

const scalar = fc.oneof(fc.constantFrom('', 'a', 'äöü', '𝒳', '1s', '10.0.0.0/8', '2h'), fc.integer({ min: -3, max: 3 }), fc.constantFrom(0.5, 1e300), fc.boolean(), fc.constant(null))
const key = fc.constantFrom('a', 'b', 'c', 'constructor')

const { schema, value } = fc.letrec<{ schema: object | boolean, value: unknown }>((tie) => ({
  schema: fc.oneof({ maxDepth: 3, depthSize: 'small' }, fc.boolean(), fc.record({
    type: fc.oneof(fc.constantFrom('string', 'number', 'integer', 'boolean', 'null'), fc.constant(['string', 'integer'])),
    enum: fc.uniqueArray(scalar, { minLength: 1, maxLength: 3 }),
    const: scalar,
    minimum: fc.integer({ min: -2, max: 2 }),
    maximum: fc.integer({ min: -2, max: 2 }),
    minLength: fc.integer({ min: 0, max: 3 }),
    format: fc.constantFrom('go-duration', 'ip-range'),
    default: scalar,
    description: fc.constant('what it is')
  }, { requiredKeys: [] }), fc.record({
    type: fc.constant('object'),
    properties: fc.dictionary(key, tie('schema') as fc.Arbitrary<object | boolean>),
    required: fc.uniqueArray(key, { minLength: 1 }),
    additionalProperties: tie('schema'),
    default: fc.constant({})
  }, { requiredKeys: ['properties'] }), fc.record({
    type: fc.constant('array'),
    items: tie('schema'),
    minItems: fc.integer({ min: 0, max: 2 }),
    maxItems: fc.integer({ min: 0, max: 2 })
  }, { requiredKeys: [] })),
  value: fc.oneof({ maxDepth: 3, depthSize: 'small' }, scalar, fc.dictionary(key, tie('value')), fc.array(tie('value'), { maxLength: 3 }))
}))

t.test('fits: says what a validator says, and fills in the same defaults', async (t) => {
  let fitting = 0
  fc.assert(fc.property(schema, value, (schema, value) => {
    const validate = new Ajv({ useDefaults: true, allErrors: true, strict: false, formats }).compile(schema)
    const [ours, theirs] = [structuredClone(value), structuredClone(value)]
    const verdict = fits(schema, ours)
    if (verdict) fitting++
    if (verdict !== validate(theirs)) return false
    return !verdict || isDeepStrictEqual(ours, theirs)
  }), { numRuns: isLong ? 3000 : 300 })
  t.ok(fitting > 30, `${fitting} fitted`)
})

t.test('fits: leaves to a validator what it does not know', async (t) => {
  for (const schema of [{ pattern: '.' }, { anyOf: [true] }, { type: 'object', patternProperties: {}, additionalProperties: true }, { items: [true] }, { format: 'date' }, { properties: { a: { not: false } } }]) {
    t.equal(fits(schema, { a: 'x' }) && fits(schema, []) && fits(schema, 'x'), false, JSON.stringify(schema))
  }
})

t.test('fits: a default is the settings\' own', async (t) => {
  const schema = { type: 'object', properties: { list: { type: 'array', default: ['a'] } } }
  const settings: { list?: string[] } = {}
  t.equal(fits(schema, settings), true)
  settings.list!.push('b')
  t.strictSame(schema.properties.list.default, ['a'])
})
