import t from 'tap'
import fc from 'fast-check'
import { compareText, decode, encode, fromBinary, runeCount, sliceBytes, toBinary, wellFormed } from '@floodgate/go'

t.test('decode, encode: no byte is lost', async () => {
  fc.assert(fc.property(fc.uint8Array(), (bytes) => encode(decode(bytes)).equals(bytes)))
  fc.assert(fc.property(fc.uint8Array(), (bytes) => {
    const binary = Buffer.from(bytes).toString('latin1')
    return toBinary(fromBinary(binary)) === binary
  }))
})

t.test('compareText: in order of bytes', async () => {
  const text = fc.string({ unit: 'grapheme' })
  fc.assert(fc.property(text, text, (a, b) => Math.sign(compareText(a, b)) === Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b)))))
})

t.test('sliceBytes, runeCount, wellFormed: bytes and characters', async (t) => {
  t.equal(sliceBytes('aé', 0, 2), 'a\udcc3')
  t.equal(runeCount('aé😀'), 3)
  t.equal(wellFormed('a\udcc3'), 'a\ufffd')
})
