import { test } from 'tap'
import { ProtobufWriter } from '../../../src/opentelemetry/traces/protobuf-writer.ts'

function write (run: (writer: ProtobufWriter) => void): string {
  const writer = new ProtobufWriter(1)
  run(writer)
  return Buffer.from(writer.bytes).toString('hex')
}

test('numbers', async (t) => {
  for (const [value, bytes] of [
    [0, '00'], [1, '01'], [127, '7f'], [128, '8001'], [300, 'ac02'], [2 ** 32, '8080808010'], [Number.MAX_SAFE_INTEGER, 'ffffffffffffff0f'],
    [-1, 'ffffffffffffffffff01']
  ] as const) t.equal(write((writer) => { writer.varint(value) }), bytes, String(value))
  t.equal(write((writer) => { writer.double(1.5) }), '000000000000f83f')
  t.equal(write((writer) => { writer.fixed32(0x301) }), '01030000')
})

test('times are nanoseconds', async (t) => {
  for (const time of [0, 0.5, 1, 1_700_000_000_000, 1_796_054_399_999.25, 4_102_444_800_000.123]) {
    const bytes = Buffer.from(write((writer) => { writer.time(time) }), 'hex')
    const whole = Math.floor(time)
    t.equal(bytes.readBigUInt64LE(), BigInt(whole) * 1_000_000n + BigInt(Math.round((time - whole) * 1e6)), String(time))
  }
})

test('texts of all lengths, with characters of one to four bytes', async (t) => {
  for (const character of ['a', 'é', '€', '😀']) {
    for (const length of [0, 1, 10, 41, 42, 43, 44, 127, 128, 129, 16_384]) {
      const text = 'x'.repeat(length % 3) + character.repeat(Math.ceil(length / character.length))
      const encoded = Buffer.from(text)
      const size = write((writer) => { writer.varint(encoded.length) })
      t.equal(write((writer) => { writer.text(text) }), size + encoded.toString('hex'), `${character} ${length}`)
    }
  }
})

test('eight bytes of two numbers, with a sign or without', async (t) => {
  t.equal(write((writer) => { writer.eightBytes(0x00ff10ab, 0xcdef0123) }), '00ff10abcdef0123')
  t.equal(write((writer) => { writer.eightBytes(-1, 0xcdef0123 | 0) }), 'ffffffffcdef0123')
})

test('long messages are as others', async (t) => {
  for (const length of [0, 1, 127, 128, 300, 16_383, 16_384, 2_097_152]) {
    const message = (isLong: boolean) => write((writer) => {
      const start = isLong ? writer.beginLongMessage() : writer.beginMessage()
      writer.raw(Buffer.alloc(length, 7))
      if (isLong) writer.endLongMessage(start)
      else writer.endMessage(start)
    })
    t.equal(message(true), message(false), String(length))
  }
})

test('messages get their length in front, however long they are', async (t) => {
  for (const length of [0, 1, 127, 128, 16_383, 16_384, 2_097_152]) {
    const content = Buffer.alloc(length, 7)
    const size = write((writer) => { writer.varint(length) })
    const written = write((writer) => {
      writer.byte(1)
      const outer = writer.beginMessage()
      writer.byte(2)
      const inner = writer.beginMessage()
      writer.raw(content)
      writer.endMessage(inner)
      writer.endMessage(outer)
    })
    const inner = `02${size}${content.toString('hex')}`
    t.equal(written, `01${write((writer) => { writer.varint(inner.length / 2) })}${inner}`, String(length))
  }
})

test('memory is used again after clear', async (t) => {
  const writer = new ProtobufWriter()
  writer.text('abc')
  writer.clear()
  t.equal(writer.length, 0)
  writer.text('de')
  t.same([...writer.bytes], [2, 100, 101])
})
