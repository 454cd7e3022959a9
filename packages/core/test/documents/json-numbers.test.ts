import t from 'tap'
import fc from 'fast-check'
import { isMarkedNumber, literalOf, markNumber, parseExact, stringifyExact, unmark } from '@floodgate/core'
import { writeGoJson } from '@floodgate/go'

const numbers = ['12345678901234567890', '-9007199254740993', '1.0', '1.50', '0.10', '1e3', '1E+2', '-0', '-0.0', '1e309', '0.0000001', '3.141592653589793238', '1234567890123456', '-1.5e-7']
const plain = ['0', '7', '-7', '1.5', '-12.25', '123456789012345', '0.000001', '99999.9']
const exactly = (json: string) => stringifyExact(parseExact(Buffer.from(json)))
const literals = fc.stringMatching(/^-?(0|[1-9][0-9]{0,20})(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?$/)
const texts = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('\\', '"', 'a', '1.0', 'ü'), minLength: 50, maxLength: 80 }), fc.constantFrom('1.0', '"', '\\', '\\"1.0', ': 1.0,', ',1e3]', 'ü☃😀'))

/** JSON text of any shape whose numbers are any literals. */
const documents: fc.Arbitrary<string> = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    literals,
    texts.map((text) => JSON.stringify(text)),
    fc.constantFrom('true', 'false', 'null'),
    fc.array(tie('value')).map((items) => `[${items.join(',')}]`),
    fc.uniqueArray(fc.tuple(texts, tie('value')), { selector: ([key]) => key })
      .map((members) => members.filter(([key]) => key !== '__proto__' && !/^\d+$/.test(key)))
      .map((members) => `{${members.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(',')}}`)
  )
})).value

t.test('parseExact: keeps the digits of numbers a double would change', async (t) => {
  for (const literal of numbers) {
    const value = (parseExact(Buffer.from(`{"a" : ${literal} }`)) as { a: unknown }).a
    t.ok(isMarkedNumber(value), literal)
    t.equal(literalOf(value), literal)
    t.equal(exactly(`[${literal}]`), `[${literal}]`)
    t.equal(exactly(literal), literal)
  }
})

t.test('parseExact: leaves other numbers numbers', async (t) => {
  for (const literal of plain) {
    t.equal(parseExact(Buffer.from(literal)), Number(literal))
    t.equal(literalOf(Number(literal)), literal)
  }
  t.equal(literalOf('7'), null)
  t.equal(literalOf(null), null)
  t.equal(literalOf(-0), '-0')
})

t.test('parseExact: does not look into texts', async (t) => {
  for (const text of ['"1.0"', '"a\\":1.0,"', '"\\\\",1.0', '"price: 1.50, more"']) {
    if (text === '"\\\\",1.0') t.equal(exactly(`[${text}]`), `[${text}]`)
    else t.same(parseExact(Buffer.from(text)), JSON.parse(text))
  }
})

t.test('parseExact: refuses what JSON.parse refuses', async (t) => {
  for (const json of ['{1.0:2}', '{"a":1, 1.50 : 2}', '01.50', '1.501.50', '.50', '1.50"x"', '[1.0 2.0]', '--1.0', '+1e5', '1e', '"', '"1.0', '{"a":1.0', '1e5e5', '1.']) {
    t.throws(() => JSON.parse(json), json)
    t.throws(() => parseExact(Buffer.from(json)), json)
  }
})

t.test('parseExact, stringifyExact: any document comes back as it was', async () => {
  fc.assert(fc.property(documents, (json) => exactly(json) === JSON.stringify(JSON.parse(json.replace(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g, (token) => token[0] === '"' ? token : JSON.stringify(`\u0000${token}`)))).replace(/"\\u0000([^"]*)"/g, '$1')))
})

t.test('parseExact: refuses and takes broken text just as JSON.parse does', async () => {
  const broken = fc.tuple(documents, fc.nat(), fc.constantFrom('', '1.0', '"', ',', ':', '-', '0', 'e', ' ', '{', ']')).map(([json, at, noise]) => {
    const cut = at % (json.length + 1)
    return json.slice(0, cut) + noise + json.slice(cut + 1)
  })
  fc.assert(fc.property(broken, (json) => {
    const takes = (parse: () => unknown) => { try { parse(); return true } catch { return false } }
    return takes(() => JSON.parse(json)) === takes(() => parseExact(Buffer.from(json)))
  }), { numRuns: 500 })
})

t.test('unmark: only whole values of number grammar are numbers, even for a body that knows the mark', async (t) => {
  const marked = parseExact(Buffer.from('1.0')) as string
  const mark = marked.slice(0, -3)
  for (const value of [{ [marked]: 1 }, [mark + '1.0x'], [mark], [mark + '01'], ['x' + marked], ['"' + marked], [',"' + marked], [marked + '"'], { a: { [`${marked}`]: marked } }]) {
    t.doesNotThrow(() => JSON.parse(stringifyExact(value)))
  }
  t.same(JSON.parse(unmark(JSON.stringify({ [marked]: [marked] }))), { [marked]: [1] })
  t.notOk(isMarkedNumber(mark + '01'))
  t.notOk(isMarkedNumber(mark))
  fc.assert(fc.property(fc.jsonValue({ stringUnit: fc.constantFrom(marked, mark, '"', ',', '1', 'a') as never }), (value) => { JSON.parse(stringifyExact(value)) }))
})

t.test('markNumber: marks only what a double would change', async (t) => {
  t.equal(markNumber('7'), null)
  t.equal(markNumber('0x10'), null)
  t.equal(markNumber('.5'), null)
  t.equal(literalOf(markNumber('1.50')), '1.50')
})

t.test('unmark: digits stay through writeGoJson too', async (t) => {
  t.equal(unmark(writeGoJson(parseExact(Buffer.from('{"b":1.50,"a":[12345678901234567890]}')))), '{"a":[12345678901234567890],"b":1.50}')
})
