import t from 'tap'
import { createValidator } from '../../../src/schema/compile/create-validator.ts'

const validator = async (schema: unknown, json: string) => (await createValidator(schema).checkText(Buffer.from(json)))?.text ?? null
const draft = (version: string, schema: object) => ({ $schema: `http://json-schema.org/${version}/schema#`, ...schema })

t.test('createValidator: tells what does not fit in the words of the reference', async (t) => {
  const cases: [schema: unknown, json: string, ...lines: string[]][] = [
    // Types and values.
    [{ type: ['object', 'string', 'null'] }, '1', "- at '': got number, want null or string or object"],
    [{ type: 'integer' }, '1.5', "- at '': got number, want integer"],
    [{ type: 'object', minProperties: 3, required: ['a'] }, '[]', "- at '': got array, want object"],
    [{ const: 'it\'s "q"\n' }, '1', '- at \'\': value must be \'it\\\'s "q"\\n\''],
    [{ const: null }, '1', "- at '': value must be <nil>"],
    [{ const: [1] }, '[2]', "- at '': 'const' failed"],
    [{ enum: ['a'] }, '"b"', "- at '': value must be 'a'"],
    [{ enum: ['a', 1.5, null, true, 1e21] }, '"b"', "- at '': value must be one of 'a', 1.5, <nil>, true, 1e+21"],
    [{ enum: ['a', {}] }, '"b"', "- at '': 'enum' failed"],
    [false, '1', "- at '': false schema"],
    // Objects.
    [{ required: ['a', 'b', 'c'] }, '{"b":1}', "- at '': missing properties 'a', 'c'"],
    [{ minProperties: 2 }, '{}', "- at '': minProperties: got 0, want 2"],
    [{ maxProperties: 1 }, '{"a":1,"b":2}', "- at '': maxProperties: got 2, want 1"],
    [{ additionalProperties: false, properties: { a: true }, patternProperties: { '^x': true } }, '{"a":1,"xy":1,"b":1,"c":1}', "- at '': additional properties 'b', 'c' not allowed"],
    [{ additionalProperties: { type: 'string' } }, '{"a":1}', "- at '/a': got number, want string"],
    [{ patternProperties: { '^x': { type: 'string' } } }, '{"xy":1,"a":1}', "- at '/xy': got number, want string"],
    [{ properties: { 'a/b~c': { type: 'string' } } }, '{"a/b~c":1}', "- at '/a~1b~0c': got number, want string"],
    [{ propertyNames: { maxLength: 1 } }, '{"ab":1}', "- at '': invalid propertyName 'ab'", "  - at '': maxLength: got 2, want 1"],
    [{ properties: { o: { propertyNames: { maxLength: 1, pattern: '^x' } } } }, '{"o":{"ab":1}}', "- at '': invalid propertyName 'ab'", "  - at '': maxLength: got 2, want 1", "  - at '': 'ab' does not match pattern '^x'"],
    [draft('draft-07', { dependencies: { a: ['b', 'c'] } }), '{"a":1}', "- at '': properties 'b', 'c' required, if 'a' exists"],
    [draft('draft-07', { dependencies: { a: { required: ['b'] } } }), '{"a":1}', "- at '': missing property 'b'"],
    [{ dependentRequired: { a: ['b'] } }, '{"a":1}', "- at '': properties 'b' required, if 'a' exists"],
    [{ dependentSchemas: { a: { required: ['b'] } } }, '{"a":1}', "- at '': missing property 'b'"],
    [{ properties: { a: true }, unevaluatedProperties: false }, '{"a":1,"b":1}', "- at '/b': false schema"],
    [{ properties: { constructor: { type: 'string' } }, required: ['toString'] }, '{}', "- at '': missing property 'toString'"],
    [{ additionalProperties: { type: 'string' } }, '{"__proto__":1}', "- at '/__proto__': got number, want string"],
    // Arrays.
    [{ minItems: 2 }, '[1]', "- at '': minItems: got 1, want 2"],
    [{ maxItems: 1000 }, `[${Array(1234).fill(0).join()}]`, "- at '': maxItems: got 1,234, want 1,000"],
    [{ uniqueItems: true }, '[1,{"a":1,"b":[2]},{"b":[2.0],"a":1e0}]', "- at '': items at 1 and 2 are equal"],
    [{ prefixItems: [{ type: 'string' }], items: { type: 'number' } }, '[1,"a"]', "- at '/0': got number, want string", "- at '/0': got string, want number"],
    [{ contains: { type: 'string' } }, '[]', "- at '': no items match contains schema"],
    [{ contains: { type: 'string' } }, '[1,null]', "- at '': no items match contains schema", "  - at '/0': got number, want string", "  - at '/1': got null, want string"],
    [{ contains: { type: 'string' }, minContains: 3 }, '["a","b",1]', "- at '': min 3 items required to match contains schema, but matched 2 items at 0 1", "  - at '/2': got number, want string"],
    [{ contains: { type: 'string' }, minContains: 2 }, '[]', "- at '': min 2 items required to match contains schema, but none matched"],
    [{ contains: { type: 'string' }, maxContains: 1 }, '["a",1,"b"]', "- at '': max 1 items required to match contains schema, but matched 2 items at 0 2"],
    [draft('draft-07', { items: [{ type: 'number' }], additionalItems: false }), '[1,2,3]', "- at '': last 2 additionalItem(s) not allowed"],
    [{ unevaluatedItems: false, prefixItems: [true] }, '[1,2]', "- at '/1': false schema"],
    // Texts: characters are counted, not bytes.
    [{ minLength: 3 }, '"é😀"', "- at '': minLength: got 2, want 3"],
    [{ maxLength: 1 }, '"é😀"', "- at '': maxLength: got 2, want 1"],
    [{ pattern: '^\\d+$' }, '"a\\u0000b"', "- at '': 'a\\x00b' does not match pattern '^\\\\d+$'"],
    // Numbers: in English, large ones as powers of ten.
    [{ minimum: 1500 }, '12.5', "- at '': minimum: got 12.5, want 1,500"],
    [{ maximum: 1500000 }, '123456789.5', "- at '': maximum: got 1.234567895\u202f×\u202f10⁰⁸, want 1.5\u202f×\u202f10⁰⁶"],
    [{ exclusiveMinimum: 0.00001 }, '-1234.5', "- at '': exclusiveMinimum: got -1,234.5, want 1\u202f×\u202f10⁻⁰⁵"],
    [{ exclusiveMaximum: 3 }, '3', "- at '': exclusiveMaximum: got 3, want 3"],
    [draft('draft-04', { maximum: 3, exclusiveMaximum: true }), '3', "- at '': exclusiveMaximum: got 3, want 3"],
    [{ maximum: 5 }, '1e400', "- at '': maximum: got ∞, want 5"],
    [{ multipleOf: 0.01 }, '0.075', "- at '': multipleOf: got 0.075, want 0.01"],
    // What is made of other schemas.
    [{ not: {} }, '1', "- at '': 'not' failed"],
    [{ allOf: [{ type: 'string' }, { minimum: 3 }] }, '1', "- at '': 'allOf' failed", "  - at '': got number, want string", "  - at '': minimum: got 1, want 3"],
    [{ anyOf: [{ properties: { a: { type: 'string' } } }, { required: ['b'], minProperties: 2 }] }, '{"a":1}', "- at '': 'anyOf' failed", "  - at '/a': got number, want string", "  - at '': validation failed", "    - at '': minProperties: got 1, want 2", "    - at '': missing property 'b'"],
    [{ oneOf: [{}, { type: 'string' }, { type: 'number' }] }, '1', "- at '': 'oneOf' failed, subschemas 0, 2 matched"],
    [{ if: { type: 'number' }, then: { minimum: 3 }, else: { type: 'string' } }, '1', "- at '': minimum: got 1, want 3"],
    [{ if: { type: 'number' }, then: { minimum: 3 }, else: { type: 'string' } }, 'null', "- at '': got null, want string"],
    // Several of one place are a group, but for the root's.
    [{ properties: { a: { minLength: 3, pattern: '^x' } }, required: ['b'] }, '{"a":"y"}', "- at '': missing property 'b'", "- at '/a': validation failed", "  - at '/a': minLength: got 1, want 3", "  - at '/a': 'y' does not match pattern '^x'"],
    // A reference is shown where it has several.
    [{ properties: { a: { $ref: '#/$defs/a' } }, $defs: { a: { minLength: 3, pattern: '^x' } } }, '{"a":"y"}', "- at '/a': validation failed", "  - at '/a': minLength: got 1, want 3", "  - at '/a': 'y' does not match pattern '^x'"],
    [{ properties: { a: { $ref: '#/$defs/a' } }, $defs: { a: { minLength: 3 } } }, '{"a":"y"}', "- at '/a': minLength: got 1, want 3"],
    [draft('draft-07', { $ref: '#/definitions/a', minLength: 9, definitions: { a: { maxLength: 1 } } }), '"abc"', "- at '': maxLength: got 3, want 1"],
    [{ $ref: '#/$defs/a', minLength: 9, $defs: { a: { maxLength: 1 } } }, '"abc"', "- at '': maxLength: got 3, want 1", "- at '': minLength: got 3, want 9"],
    [{ $id: 'tree', $dynamicAnchor: 'node', properties: { down: { $dynamicRef: '#node' }, n: { type: 'number' } } }, '{"down":{"n":"x"}}', "- at '/down/n': got string, want number"],
    // Content is told about, and not validated.
    [{ contentEncoding: 'base64', contentMediaType: 'application/json', type: 'string' }, '"{"']
  ]
  for (const [schema, json, ...lines] of cases) {
    t.equal(await validator(schema, json), lines.length === 0 ? null : lines.join('\n'), `${JSON.stringify(schema)} ${json.slice(0, 40)}`)
  }
})

t.test('createValidator: numbers are what their digits say', async (t) => {
  const fits: [schema: unknown, json: string][] = [
    [{ type: 'integer', maximum: 9007199254740992 }, '9007199254740992'], [{ multipleOf: 0.01 }, '12345678901234567890.07'], [{ multipleOf: 0.0001 }, '0.0075'], [{ multipleOf: 7 }, '0'], [{ multipleOf: 1e-7 }, '1e400'],
    [{ type: 'integer' }, '3.0'], [{ type: 'integer' }, '1e400'], [{ const: 100 }, '1.00e2'], [{ uniqueItems: true }, '[12345678901234567890,12345678901234567891]'], [{ type: 'number' }, '1e1000000000'], [{ const: 0 }, '-0.0'], [{ multipleOf: 3 }, '3e2']
  ]
  for (const [schema, json] of fits) t.equal(await validator(schema, json), null, `${JSON.stringify(schema)} ${json}`)
  const fails: [schema: unknown, json: string][] = [
    [{ type: 'integer' }, '9007199254740993.5'], [{ maximum: 9007199254740992 }, '9007199254740993'], [{ multipleOf: 2 }, '12345678901234567891'], [{ type: 'integer' }, '1e-1000000000'], [{ uniqueItems: true }, '[12345678901234567890,1.234567890123456789e19]'], [{ const: 12345 }, '12345.00000000000000000001'], [{ multipleOf: 3 }, '1e1000000000'], [{ type: 'string' }, '12345678901234567890'], [{ minLength: 1, type: 'string' }, '1e400']
  ]
  for (const [schema, json] of fails) t.type(await validator(schema, json), 'string', `${JSON.stringify(schema)} ${json}`)
})

t.test('createValidator: what is no JSON is told as encoding/json does', async (t) => {
  const cases: [json: string, text: string][] = [
    ['nope', "invalid character 'o' in literal null (expecting 'u')"], ['{"a"', 'unexpected EOF'], ['[1,', 'unexpected EOF'], ['"a', 'unexpected EOF'], ['1.', 'unexpected EOF'], ['1. ', "invalid character ' ' after decimal point in numeric literal"],
    ['   ', 'EOF'], ['{} {}', 'invalid character after top-level value'], ['1 x', 'invalid character after top-level value'], ['{a}', "invalid character 'a' looking for beginning of object key string"], ['[1 2]', "invalid character '2' after array element"],
    ['{"a":1,}', "invalid character '}' looking for beginning of object key string"], ['\ufeff{}', "invalid character 'ï' looking for beginning of value"], ['"\t"', "invalid character '\\t' in string literal"], ['01', 'invalid character after top-level value']
  ]
  for (const [json, text] of cases) t.equal(await validator(true, json), text, JSON.stringify(json))
})
