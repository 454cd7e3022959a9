import t from 'tap'
import { createValidator } from '../../../src/schema/compile/create-validator.ts'

const validator = async (schema: unknown, json: string) => (await createValidator(schema).checkText(Buffer.from(json)))?.text ?? null
const megabytes = (count: number, item: (i: number) => string): string => {
  const items: string[] = []
  for (let i = 0, length = 2; length < count * 1024 * 1024; i++) {
    items.push(item(i))
    length += items[i]!.length + 1
  }
  return `[${items.join(',')}]`
}

t.test('createValidator: bodies without end are validated, or refused, never followed into the stack', async (t) => {
  const deep = (levels: number, open: string, close: string) => open.repeat(levels) + '1' + close.repeat(levels)
  t.equal(await validator(true, deep(10_000, '[', ']')), null, 'as deep as encoding/json reads')
  t.equal(await validator(true, deep(10_001, '[', ']')), "invalid character '[' exceeded max depth")
  t.equal(await validator(true, deep(10_001, '{"a":', '}')), "invalid character '{' exceeded max depth")
  t.equal(await validator(true, '['.repeat(1_000_000)), "invalid character '[' exceeded max depth")
  t.equal(await validator(true, '['.repeat(9_000)), 'exceeded max depth', 'broken off')
  t.equal(await validator(true, JSON.stringify(`${'['.repeat(20_000)}"\\`)), null, 'brackets in texts are none')
  const tree = { type: 'array', items: { anyOf: [{ $ref: '#' }, { type: 'number' }] } }
  t.equal(await validator(tree, deep(100, '[', ']')), null)
  t.equal(await validator(tree, deep(9_000, '[', ']')), 'exceeded max depth')
  t.equal(await validator({ uniqueItems: true }, `[1,${deep(9_000, '[', ']')}]`), 'exceeded max depth')
  t.equal(await validator({ ...tree, unevaluatedItems: false }, deep(9_000, '[', ']')), 'exceeded max depth')
})

t.test('createValidator: uniqueItems takes time that grows with the body, not with its square', async (t) => {
  for (const item of [(i: number) => `[${i}]`, (i: number) => `{"b":${i},"a":"x"}`, (i: number) => `${i}.0`, (i: number) => `1234567890123456789${i}`, (i: number) => `"${i}"`]) {
    const body = megabytes(1, item)
    t.equal(await validator({ uniqueItems: true }, body), null, item(1))
    const twice = `${body.slice(0, -1)},${item(7)}]`
    t.match(await validator({ uniqueItems: true }, twice), /^- at '': items at 7 and [\d,]+ are equal$/)
  }
})

t.test('createValidator: numbers are never multiplied out', async (t) => {
  const digits = '7'.repeat(1024 * 1024)
  for (const literal of ['1e1000000000', '-1e-1000000000', `1e${'9'.repeat(1000)}`, digits, `0.${digits}`]) {
    for (const schema of [{ type: 'number', multipleOf: 0.01 }, { type: 'integer' }, { minimum: 5, maximum: 6 }, { const: 5 }, { enum: [1, 2] }, { not: { exclusiveMinimum: 0 } }, { uniqueItems: true }]) {
      const text = await validator({ items: schema }, `[${literal}]`)
      t.ok(text === null || text.length < 300, `${literal.slice(0, 20)} ${JSON.stringify(schema)}`)
    }
  }
})

t.test('createValidator: tells 1,000 violations at most, and 64 KiB of them', async (t) => {
  const text = await validator({ items: { type: 'string' } }, `[${Array(100_000).fill(1).join()}]`)
  t.equal(text!.split('\n').length, 1001)
  t.match(text, /\n- and more$/)
  t.equal((await validator({ contains: { type: 'string' } }, `[${Array(100_000).fill(1).join()}]`))!.split('\n').length, 1001)
  const long = await validator({ additionalProperties: { maxLength: 1 } }, JSON.stringify(Object.fromEntries(Array.from({ length: 900 }, (_, i) => [`${'k'.repeat(1000)}${i}`, 'xy']))))
  t.ok(long!.length < 70_000)
  t.match(long, /\n- and more$/)
  // Texts are made when they are told: these would be 512 MB.
  const many = await validator({ allOf: Array(512).fill({ pattern: '^y' }) }, JSON.stringify('x'.repeat(1024 * 1024)))
  t.ok(many!.length < 1_200_000)
})

t.test('createValidator: patterns of a configuration take time that grows with the text', async (t) => {
  for (const pattern of ['^(a+)+$', '^(a|a)*$', '(a*)*b']) t.type(await validator({ pattern }, JSON.stringify(`${'a'.repeat(20_000)}!`)), 'string', pattern)
})

t.test('createValidator: names of a body reach nothing but the body', async (t) => {
  for (const name of ['__proto__', 'constructor', 'toString', 'valueOf', 'hasOwnProperty', 'length']) {
    const schema = { required: [name], properties: { [name]: { type: 'number' } }, additionalProperties: false, propertyNames: { minLength: 1 } }
    t.type(await validator(schema, '{}'), 'string', `${name} is missing`)
    t.equal(await validator({ enum: [[1], { a: 1 }], uniqueItems: true }, `{"${name}":1}`), "- at '': 'enum' failed")
    t.equal(await validator({ uniqueItems: true, const: [{}] }, `[{"${name}":null}]`), "- at '': 'const' failed")
    t.type(await validator({ additionalProperties: false }, `{"${name}":1}`), 'string')
  }
  t.equal(await validator(JSON.parse('{"required":["__proto__"],"properties":{"__proto__":{"type":"number"}},"additionalProperties":false}'), '{"__proto__":1}'), null)
  t.equal(({} as Record<string, unknown>)['polluted'], undefined)
})

t.test('createValidator: a schema of a configuration has its bounds too', async (t) => {
  const nest = (levels: number): object => levels === 0 ? {} : { not: nest(levels - 1) }
  t.equal(await validator(nest(400), '1'), null)
  t.throws(() => createValidator(nest(600)), { message: /the schema is nested more than 500 levels/ })
  // A chain of references is no depth of calls, neither when it is read nor where it is followed within reason.
  const chain = Object.fromEntries(Array.from({ length: 400 }, (_, i) => [`a${i}`, i === 399 ? { type: 'string' } : { $ref: `#/$defs/a${i + 1}` }]))
  t.equal(await validator({ $ref: '#/$defs/a0', $defs: chain }, '1'), "- at '': got number, want string")
  for (const endless of [{ $ref: '#' }, { allOf: [{ $ref: '#' }] }, { if: { not: { $ref: '#' } } }, { dependentSchemas: { a: { $ref: '#' } } }, { $dynamicAnchor: 'a', anyOf: [{ $dynamicRef: '#a' }] }]) t.throws(() => createValidator(endless), { message: /refers to itself without going into/ }, JSON.stringify(endless))
  t.doesNotThrow(() => createValidator({ properties: { a: { $ref: '#' } }, items: { $ref: '#' } }))
})
