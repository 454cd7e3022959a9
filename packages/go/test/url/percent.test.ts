import t from 'tap'
import fc from 'fast-check'
import { decodePercent, encodePercent, findBrokenEscape, mendEscapes } from '@floodgate/go'

t.test('decodePercent: decodes UTF-8 and refuses broken escapes', async (t) => {
  t.equal(decodePercent('plain'), 'plain')
  t.equal(decodePercent('a%20b+c'), 'a b+c')
  t.equal(decodePercent('%C3%A9%f0%9f%98%80'), 'é😀')
  for (const broken of ['%', '100%', '%z1', '%4', 'a%zz', '%E9%']) t.equal(decodePercent(broken), null, broken)
})

t.test('decodePercent: keeps bytes that are not UTF-8', async (t) => {
  t.equal(decodePercent('caf%E9'), 'caf\udce9')
  t.equal(decodePercent('%E9%C3%A9'), '\udce9é')
  t.equal(decodePercent('\u00c3\u00a9'), 'é', 'raw bytes as the HTTP parser hands them over')
  for (const bytes of ['%C0%AF', '%ED%A0%80', '%F4%90%80%80', '%E2%82', '%FF', '%80', '%F0%80%80%80', '%E2%28%A1']) {
    t.equal(encodePercent(decodePercent(bytes)!), bytes)
  }
})

t.test('encodePercent: leaves only unreserved characters', async (t) => {
  t.equal(encodePercent("aZ09-_.~ !'()*/?#[]@&=+,;:$%"), 'aZ09-_.~%20%21%27%28%29%2A%2F%3F%23%5B%5D%40%26%3D%2B%2C%3B%3A%24%25')
  t.equal(encodePercent('\ud800x'), '%EF%BF%BDx', 'a lone surrogate that stands for no byte')
  t.equal(encodePercent("a\udcff'"), 'a%FF%27')
})

t.test('encodePercent: gives back the bytes that decodePercent took, whatever they are', async () => {
  const escaped = (bytes: Iterable<number>): string => [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0').toUpperCase()}`).join('')
  fc.assert(fc.property(fc.uint8Array(), (bytes) => {
    const encoded = encodePercent(decodePercent(escaped(bytes))!)
    const back = encoded.replace(/%..|[^]/g, (piece) => piece.length === 3 ? piece : escaped(Buffer.from(piece)))
    return back === escaped(bytes)
  }))
})

t.test('findBrokenEscape, mendEscapes: percent signs that begin no escape', async (t) => {
  for (const [text, broken, mended] of [['a%20b', null, 'a%20b'], ['50%', '%', '50%25'], ['%zzz%4', '%zz', '%25zzz%254'], ['', null, '']] as const) {
    t.equal(findBrokenEscape(text), broken, text)
    t.equal(mendEscapes(text), mended, text)
  }
})
