import t from 'tap'
import fc from 'fast-check'
import { JsonText, stringifyExact, type Backend } from '@floodgate/core'
import { createShape } from '../../src/shape/create-shape.ts'
import { createAllow } from '../../src/shape/allow.ts'
import { createDeny } from '../../src/shape/deny.ts'
import { createMapping } from '../../src/shape/mapping.ts'
import { createBackend } from '../support/requests.ts'

type Data = Record<string, unknown>

const user = () => ({ id: 7, name: 'Ann', address: { city: 'Oslo', zip: '0150', geo: { lat: 59.9, lon: 10.7 } }, tags: ['a'], orders: [{ id: 1, note: 'n' }], none: null })

function shaped (settings: Partial<Backend>, data: unknown): unknown {
  const json = JSON.stringify(data)
  const shape = createShape(createBackend(settings))!
  const content = shape(data === null ? null : new JsonText(Buffer.from(json), JSON.parse(json)))
  return content instanceof JsonText ? JSON.parse(content.bytes.toString()) : content
}

t.test('createShape: nothing configured is no shape', async (t) => {
  t.equal(createShape(createBackend()), null)
  t.equal(createShape(createBackend({ extra: { proxy: { flatmap_filter: [] } } })), null)
})

t.test('createShape: a group alone keeps the text', async (t) => {
  const shape = createShape(createBackend({ group: 'a.b"' }))!
  t.equal(shape.exact, false)
  const content = shape(new JsonText(Buffer.from('{ "x": 1.0 }'), { x: 1 }))
  t.ok(content instanceof JsonText)
  t.equal((content as JsonText).bytes.toString(), '{"a.b\\"":{ "x": 1.0 }}')
  t.same(shape({ x: 1 }), { 'a.b"': { x: 1 } })
  t.same(shape(null), { 'a.b"': null })
})

t.test('createShape: all but what denies below the first level keeps the text, and does what it does to data', async () => {
  const settings = fc.record({
    target: fc.constantFrom('', '', 'a', 'a.b', 'nope'),
    allow: fc.array(fc.constantFrom('a', 'b', '__proto__', '0', 'x"', 'a.b', 'a.a', 'b.0', 'a.b.x"', '__proto__.a', 'x".__proto__'), { maxLength: 4 }),
    deny: fc.array(fc.constantFrom('a', 'b', '__proto__', '0', 'x"'), { maxLength: 3 }),
    mapping: fc.dictionary(fc.constantFrom('a', 'b', '0', 'x"'), fc.constantFrom('a', 'b', 'c.d', '__proto__', '"'), { maxKeys: 3 }),
    group: fc.constantFrom('', 'g')
  })
  const document = fc.letrec<{ object: Data }>((tie) => ({
    object: fc.dictionary(fc.constantFrom('a', 'b', 'c', '__proto__', '0', 'x"'), fc.oneof({ maxDepth: 3 }, fc.constantFrom(1.5, '},"', null, [1, { a: ',' }]), fc.string({ unit: fc.constantFrom('\\', '"', '}', ','), minLength: 20, maxLength: 50 }), tie('object')), { noNullPrototype: true })
  })).object
  fc.assert(fc.property(settings, document, fc.constantFrom(undefined, 1), fc.boolean(), (settings, document, space, parsed) => {
    const shape = createShape(createBackend(settings))
    if (shape === null) return
    const json = JSON.stringify(document, null, space)
    const text = shape(new JsonText(Buffer.from(json), parsed ? JSON.parse(json) : null))
    const data = shape(JSON.parse(json))
    return shape.exact === false && text instanceof JsonText && same(leaves(JSON.parse(text.bytes.toString())), leaves(data)) && same(leaves(text.plain), leaves(data)) && text.isEmpty === (Object.keys(data as Data).length === 0)
  }), { numRuns: 2000 })
})

t.test('createShape: target, then allow or deny, then mapping, then group', async (t) => {
  const data = { data: { items: { one: 1, two: 2 }, text: 'x' } }
  t.same(shaped({ target: 'data', allow: ['items.one', 'text'], deny: ['text'], mapping: { text: 't' }, group: 'g' }, data), { g: { items: { one: 1 }, t: 'x' } })
  t.same(shaped({ target: 'data', deny: ['items.one', 'text'] }, data), { items: { two: 2 } })
  t.same(shaped({ allow: ['none'], group: 'g' }, data), { g: {} })
})

t.test('createShape: flatmap_filter takes the place of allow, deny and mapping', async (t) => {
  const extra = { proxy: { flatmap_filter: [{ type: 'move', args: ['a.b', 'c'] }] } }
  t.same(shaped({ extra, target: 'x', allow: ['nothing'], mapping: { c: 'd' }, group: 'g' }, { x: { a: { b: 1, e: 2 } } }), { g: { a: { e: 2 }, c: 1 } })
})

t.test('createShape: a document that is null stays null until it has a target or a group', async (t) => {
  t.equal(shaped({ allow: ['a'] }, null), null)
  t.equal(shaped({ deny: ['a'] }, null), null)
  t.equal(shaped({ mapping: { a: 'b' } }, null), null)
  t.same(shaped({ target: 'a' }, null), {})
  t.same(shaped({ deny: ['a'], group: 'g' }, null), { g: null })
})

t.test('target: an object that is missing, a list, a text or inherited is empty', async (t) => {
  for (const target of ['nope', 'address.nope', 'tags', 'name', 'none', 'constructor', '__proto__', 'name.length', '']) {
    if (target === '') t.equal(createShape(createBackend({ target })), null)
    else t.same(shaped({ target }, user()), {}, target)
  }
  t.same(shaped({ target: 'address.geo' }, user()), { lat: 59.9, lon: 10.7 })
})

t.test('allow: keeps fields, goes down objects only, and the path named later counts', async (t) => {
  const kept = (...paths: string[]) => createAllow(paths)(user())
  t.same(kept('id', 'nope.x'), { id: 7 })
  t.same(kept('address.city'), { address: { city: 'Oslo' } })
  t.same(kept('address', 'address.city'), { address: { city: 'Oslo' } })
  t.same(kept('address.city', 'address'), { address: user().address })
  t.same(kept('orders.id', 'name.first', 'none.x', 'address.geo.nope'), {})
  t.same(kept('none', 'tags'), { none: null, tags: ['a'] })
  t.same(kept('constructor', 'toString', 'address.hasOwnProperty'), {})
})

t.test('deny: drops fields, goes down objects only, keeps what it empties', async (t) => {
  const rest = (...paths: string[]) => createDeny(paths)(user()) as ReturnType<typeof user>
  t.same(rest('address.geo.lat', 'address.geo.lon').address, { city: 'Oslo', zip: '0150', geo: {} })
  t.notOk('address' in rest('address', 'address.city'))
  t.notOk('address' in rest('address.city', 'address'))
  t.same(rest('nope', 'orders.note', 'name.first', 'address.nope.x'), user())
  t.same(createDeny(Object.keys(user()))(user()), {})
})

t.test('mapping: renames the first level, up to a dot, over what is there', async (t) => {
  const renamed = (mapping: Record<string, string>, data: Data) => createMapping(mapping)(data)
  t.same(renamed({ a: 'b' }, { a: 1, c: 2 }), { b: 1, c: 2 })
  t.same(renamed({ a: 'c' }, { a: 1, c: 2 }), { c: 1 })
  t.same(renamed({ a: 'x.y', nope: 'z' }, { a: 1 }), { x: 1 })
  t.same(renamed({ a: 'b', b: 'c' }, { a: 1 }), { c: 1 })
  t.same(renamed({ a: 'a.b' }, { a: 1, c: 2 }), { c: 2 }, 'a field renamed to itself is gone')
})

t.test('shaping: __proto__ is a key like any other', async (t) => {
  const data = () => JSON.parse('{"__proto__":{"x":1},"a":{"__proto__":2,"y":3},"c":4}') as Data
  const text = (value: unknown) => JSON.stringify(value)
  t.equal(text(createAllow(['__proto__.x', 'a.__proto__'])(data())), '{"__proto__":{"x":1},"a":{"__proto__":2}}')
  t.equal(text(createDeny(['c', 'a.y'])(data())), '{"__proto__":{"x":1},"a":{"__proto__":2}}')
  t.equal(text(createMapping({ c: '__proto__' })({ c: 4 })), '{"__proto__":4}')
  t.equal(text(createMapping({ ['__proto__' as string]: 'p' })({ c: 4 })), '{"c":4}')
  t.equal(Object.getPrototypeOf(createAllow(['__proto__'])(data())), Object.prototype)
})

// A simple model: documents as lists of paths to their leaves.
const keys = fc.constantFrom('a', 'b', 'c', '__proto__', '0')
const documents = fc.letrec<{ object: Data }>((tie) => ({
  object: fc.dictionary(keys, fc.oneof({ maxDepth: 3 }, fc.constantFrom(1, 'x', null, [1, { a: 2 }]), tie('object')), { maxKeys: 4, noNullPrototype: true })
})).object
const paths = fc.array(fc.array(keys, { minLength: 1, maxLength: 3 }), { maxLength: 5 })
const isObject = (value: unknown): value is Data => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Leaves with their paths; an empty object is a leaf. */
function leaves (value: unknown, path: string[] = []): [string, string][] {
  if (!isObject(value) || Object.keys(value).length === 0) return [[path.join('.'), JSON.stringify(value)]]
  return Object.keys(value).flatMap((key) => leaves(value[key], [...path, key]))
}

t.test('allow: keeps exactly the leaves below its paths', async () => {
  fc.assert(fc.property(documents, paths, (document, lists) => {
    // Of a path and one below it, the later one counts: leave such pairs out.
    const names = lists.map((list) => list.join('.')).filter((name, index, all) => !all.some((other, at) => at !== index && (other === name ? at < index : other.startsWith(name + '.') || name.startsWith(other + '.'))))
    if (names.length === 0) return
    const expected = leaves(document).filter(([leaf]) => leaf !== '' && names.some((name) => leaf === name || leaf.startsWith(name + '.')))
    const kept = leaves(createAllow(names)(structuredJson(document)))
    return same(expected.length === 0 ? [['', '{}']] : expected, kept)
  }))
})

t.test('deny: loses exactly the leaves below its paths', async () => {
  fc.assert(fc.property(documents, paths, (document, lists) => {
    const names = lists.map((list) => list.join('.'))
    const rest = leaves(createDeny(names)(structuredJson(document)))
    const expected = leaves(document).filter(([leaf]) => !names.some((name) => leaf === name || leaf.startsWith(name + '.')))
    // Objects that were emptied are leaves of the rest, and of nothing else.
    return same(expected.filter(([leaf]) => leaf !== ''), rest.filter(([leaf, value]) => leaf !== '' && (value !== '{}' || expected.some(([name]) => name === leaf))))
  }))
})

function structuredJson (document: Data): Data { return JSON.parse(stringifyExact(document)) }
function same (a: [string, string][], b: [string, string][]): boolean { return JSON.stringify(a.sort()) === JSON.stringify(b.sort()) }

t.test('createShape: a target that is not there gives each answer an empty document of its own', async (t) => {
  const shape = createShape(createBackend({ target: 'data' }))!
  const take = () => {
    const content = shape(new JsonText(Buffer.from('{"data":null}'), null))
    t.type(content, JsonText)
    return (content as JsonText).take()
  }
  take().leak = 1
  t.same(take(), {})
})
