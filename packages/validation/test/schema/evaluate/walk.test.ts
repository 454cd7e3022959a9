import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { isLong } from '@floodgate/testing'
import { createVerdict } from '../../../src/schema/compile/ajv-verdict.ts'
import { compileSchema } from '../../../src/schema/compile/compile-schema.ts'
import { createValidator } from '../../../src/schema/compile/create-validator.ts'
import { walk } from '../../../src/schema/evaluate/walk.ts'

const urls = {
  4: 'http://json-schema.org/draft-04/schema#', 6: 'http://json-schema.org/draft-06/schema#', 7: 'http://json-schema.org/draft-07/schema#', 2019: 'https://json-schema.org/draft/2019-09/schema', 2020: 'https://json-schema.org/draft/2020-12/schema'
}

// Few names and values, so that schemas and documents meet.
const key = fc.constantFrom('a', 'b', 'ab', 'constructor', 'valueOf', 'é/~')
const scalar = fc.constantFrom<unknown>(null, true, false, 0, 1, 2, 3, -1, 0.5, 0.07, 1e21, '', 'a', 'ab', 'abc', '😀', '2024-02-29', 'a@b')
const document = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 3, withCrossShrink: true }, scalar, fc.array(tie('value'), { maxLength: 4 }), fc.dictionary(key, tie('value'), { maxKeys: 4 }))
})).value

function schemaOf (draft: number): fc.Arbitrary<unknown> {
  const count = fc.nat(3)
  const number = fc.constantFrom(0, 1, 2, 0.5, -1)
  const positive = fc.constantFrom(1, 2, 0.01, 0.5, 1e-7)
  const type = fc.constantFrom('null', 'boolean', 'number', 'integer', 'string', 'array', 'object')
  const pattern = fc.constantFrom('^a', 'b$', '.', 'é')
  return fc.letrec((tie) => {
    const schema = tie('schema')
    const list = fc.array(schema, { minLength: 1, maxLength: 3 })
    const map = fc.dictionary(key, schema, { maxKeys: 3 })
    const names = fc.uniqueArray(key, { minLength: 1, maxLength: 3 })
    const keywords: Record<string, fc.Arbitrary<unknown>> = {
      type: fc.oneof(type, fc.uniqueArray(type, { minLength: 1, maxLength: 3 })),
      enum: fc.uniqueArray(document, { minLength: 1, maxLength: 3, comparator: (a, b) => JSON.stringify(a) === JSON.stringify(b) }),
      multipleOf: positive,
      minimum: number,
      maximum: number,
      minLength: count,
      maxLength: count,
      pattern,
      minItems: count,
      maxItems: count,
      uniqueItems: fc.boolean(),
      minProperties: count,
      maxProperties: count,
      required: names,
      properties: map,
      patternProperties: fc.dictionary(pattern, schema, { maxKeys: 2 }),
      additionalProperties: fc.oneof(schema, fc.boolean()),
      not: schema,
      allOf: list,
      anyOf: list,
      oneOf: list,
      dependencies: fc.dictionary(key, fc.oneof(schema, names), { maxKeys: 2 }),
      format: fc.constantFrom('email', 'date', 'nothing'),
      items: draft >= 2020 ? schema : fc.oneof(schema, list),
      ...(draft < 2020 ? { additionalItems: fc.oneof(schema, fc.boolean()) } : { prefixItems: list }),
      ...(draft === 4 ? {} : { const: document, contains: schema, propertyNames: schema, exclusiveMinimum: number, exclusiveMaximum: number }),
      ...(draft >= 7 && { if: schema, then: schema, else: schema }),
      ...(draft >= 2019 && { dependentSchemas: map, dependentRequired: fc.dictionary(key, names, { maxKeys: 2 }), minContains: count, maxContains: count }),
      ...(draft === 4 ? {} : { $ref: fc.constant('#/definitions/shared') })
    }
    const some = fc.uniqueArray(fc.constantFrom(...Object.keys(keywords)), { maxLength: 4 }).chain((chosen) => fc.record(Object.fromEntries(chosen.map((name) => [name, keywords[name]!]))))
    return { schema: draft === 4 ? fc.oneof({ maxDepth: 3 }, fc.constant({}), some) : fc.oneof({ maxDepth: 3 }, fc.boolean(), some) }
  })['schema']!.map((schema) => typeof schema === 'boolean' ? schema : { ...schema as object, $schema: urls[draft as 4], definitions: { shared: { type: 'object', minProperties: 1 } } })
}

t.test('walk: finds something wrong exactly where ajv says no', async (t) => {
  for (const draft of [4, 6, 7, 2019, 2020]) {
    let compared = 0
    fc.assert(fc.property(schemaOf(draft), fc.array(document, { minLength: 8, maxLength: 8 }), (schema, values) => {
      const compiled = compileSchema(schema)
      const fits = createVerdict(compiled)
      if (fits === null) {
        return
      }
      for (const value of values) {
        compared++
        if (fits(value) !== (walk(compiled.root, value).length === 0)) throw new Error(`they differ about ${JSON.stringify(value)}`)
      }
    }), { seed: 18, numRuns: isLong ? 3000 : 150 })
    t.ok(compared > 500, `${draft}: ${compared} documents`)
  }
})

// The project's official suite, as far as a package brings it: draft 4.
const require = createRequire(import.meta.url)
const suite = path.join(path.dirname(require.resolve('json-schema-test-suite/package.json')), 'tests/draft4')

t.test('createValidator: passes the official suite of draft 4', async (t) => {
  let passed = 0
  for (const file of [...fs.readdirSync(suite), 'optional/bignum.json'].filter((name) => name.endsWith('.json'))) {
    for (const { description, schema, tests } of JSON.parse(fs.readFileSync(path.join(suite, file), 'utf8')) as Group[]) {
      // Over the network: not here.
      if (JSON.stringify(schema).includes('http://localhost')) {
        t.throws(() => createValidator({ $schema: urls[4], ...schema }), { message: /is not fetched/ }, `${file}: ${description}`)
        continue
      }
      const validator = createValidator({ $schema: urls[4], ...schema })
      for (const { description: title, data, valid } of tests) {
        t.equal(validator.checkText(Buffer.from(JSON.stringify(data))) === null, valid, `${file}: ${description}: ${title}`)
        passed++
      }
    }
  }
  t.ok(passed > 200, `${passed} documents`)
})

interface Group { description: string, schema: object, tests: { description: string, data: unknown, valid: boolean }[] }

t.test('createValidator: what only later versions have', async (t) => {
  const tree = { $id: 'http://x/tree', $dynamicAnchor: 'node', type: 'object', properties: { data: true, children: { type: 'array', items: { $dynamicRef: '#node' } } } }
  const groups: [about: string, schema: unknown, ...documents: [value: unknown, valid: boolean][]][] = [
    ['$dynamicRef meets the outermost anchor', { $id: 'http://x/strict', $dynamicAnchor: 'node', $ref: 'tree', unevaluatedProperties: false, $defs: { tree } }, [{ children: [{ data: 1 }] }, true], [{ children: [{ daat: 1 }] }, false]],
    ['$dynamicRef without an anchor is a $ref', { $ref: '#/$defs/list', $defs: { list: { items: { $dynamicRef: '#/$defs/item' } }, item: { type: 'string' } } }, [['a'], true], [[1], false]],
    ['$recursiveRef meets the outermost resource', { $schema: urls[2019], $id: 'http://x/strict', $recursiveAnchor: true, $ref: 'tree', unevaluatedProperties: false, $defs: { tree: { $id: 'http://x/tree', $recursiveAnchor: true, properties: { data: true, children: { items: { $recursiveRef: '#' } } } } } }, [{ children: [{ data: 1 }] }, true], [{ children: [{ daat: 1 }] }, false]],
    ['$recursiveRef without an anchor is a $ref', { $schema: urls[2019], properties: { foo: { $recursiveRef: '#' } }, additionalProperties: false }, [{ foo: { foo: false } }, true], [{ foo: { bar: 1 } }, false]],
    ['unevaluatedProperties sees through allOf, if and $ref', { allOf: [{ properties: { a: true } }], if: { properties: { b: { const: 1 } }, required: ['b'] }, then: { properties: { c: true } }, $ref: '#/$defs/d', $defs: { d: { patternProperties: { '^d': true } } }, unevaluatedProperties: false }, [{ a: 1, d1: 1 }, true], [{ b: 1, c: 1 }, true], [{ b: 2 }, false], [{ c: 1 }, false]],
    ['unevaluatedProperties does not see what failed', { anyOf: [{ properties: { a: { type: 'string' } }, required: ['a'] }, { properties: { b: true } }], unevaluatedProperties: false }, [{ b: 1 }, true], [{ a: 1 }, false], [{ a: 'x', b: 1 }, true]],
    ['unevaluatedProperties as a schema', { unevaluatedProperties: { type: 'number' } }, [{ a: 1 }, true], [{ a: 'x' }, false]],
    ['nested unevaluatedProperties', { allOf: [{ properties: { a: true }, unevaluatedProperties: false }], properties: { b: true } }, [{ a: 1 }, true], [{ a: 1, b: 1 }, false]],
    ['unevaluatedItems counts what contains finds since 2020', { contains: { type: 'string' }, unevaluatedItems: false }, [['a'], true], [['a', 1], false]],
    ['unevaluatedItems does not count it before', { $schema: urls[2019], contains: { type: 'string' }, unevaluatedItems: false }, [['a'], false], [[], false]],
    ['unevaluatedItems behind prefixItems', { prefixItems: [true], anyOf: [{ prefixItems: [true, { const: 2 }] }, true], unevaluatedItems: false }, [[1, 2], true], [[1, 3], false], [[1], true]],
    ['contains behind first items', { prefixItems: [true], contains: { type: 'string' } }, [[], false], [['a'], true]],
    ['minContains 0', { contains: { const: 1 }, minContains: 0, maxContains: 1 }, [[], true], [[1], true], [[1, 1], false]],
    ['$anchor', { $ref: '#a', $defs: { x: { $anchor: 'a', type: 'string' } } }, ['a', true], [1, false]],
    ['an anchor in $id before 2019', { $schema: urls[7], $ref: '#a', definitions: { x: { $id: '#a', type: 'string' } } }, ['a', true], [1, false]],
    ['identifiers inside', { $id: 'http://x/a/', properties: { p: { $ref: 'b' } }, $defs: { b: { $id: 'b', $ref: '#/$defs/c', $defs: { c: { type: 'string' } } } } }, [{ p: 'a' }, true], [{ p: 1 }, false]],
    ['a version of its own inside', { $id: 'http://x/a', $ref: '#/$defs/old', $defs: { old: { $id: 'http://x/old', $schema: urls[7], items: [{ type: 'string' }] } } }, [['a', 1], true], [[1], false]],
    ['a schema of schemas', { $ref: urls[7] }, [{ type: 'string' }, true], [{ type: 'nope' }, false]],
    ['the last schema of schemas', { $ref: urls[2020] }, [{ properties: { a: { type: 'string' } } }, true], [{ properties: { a: { type: 'nope' } } }, false]],
    ['what stands beside $ref before 2019', { $schema: urls[7], properties: { a: { $ref: '#/definitions/a', maxLength: 1 } }, definitions: { a: { type: 'string' } } }, [{ a: 'abc' }, true], [{ a: 1 }, false]],
    ['a reference to a place of one\'s own', { $ref: '#/x/y', x: { y: { type: 'string' } } }, ['a', true], [1, false]],
    ['a reference through escapes', { $ref: '#/x/a~1b%25/0', x: { 'a/b%': [{ type: 'string' }] } }, ['a', true], [1, false]],
    ['nullable is none of JSON Schema', { type: 'string', nullable: true }, ['a', true], [null, false]],
    ['names of objects of JavaScript', { properties: { __proto__: true, toString: { type: 'string' } }, required: ['toString'], additionalProperties: false }, [{}, false], [{ toString: 'a' }, true], [JSON.parse('{"toString":"a","__proto__":1}'), false]],
    ['__proto__ is a name like any other', JSON.parse('{"properties":{"__proto__":{"type":"string"}},"additionalProperties":false}'), [JSON.parse('{"__proto__":"a"}'), true], [JSON.parse('{"__proto__":1}'), false]],
    ['values of a schema with such keys', { enum: [[{ valueOf: null }], [{}], { a: { toString: 1 } }] }, [[{ valueOf: null }], true], [[{ valueOf: 1 }], false]],
    ['keys that a comparison could trip over', { enum: [{ valueOf: 1, constructor: { a: 1 } }], type: 'object' }, [{ constructor: { a: 1 }, valueOf: 1 }, true], [{ valueOf: 1 }, false], [{ toString: null }, false]]
  ]
  for (const [about, schema, ...documents] of groups) {
    const validator = createValidator(schema)
    for (const [value, valid] of documents) t.equal(validator.checkText(Buffer.from(JSON.stringify(value))) === null, valid, `${about}: ${JSON.stringify(value)}`)
  }
})
