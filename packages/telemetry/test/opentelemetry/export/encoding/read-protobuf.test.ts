import t from 'tap'
import { readProtobuf, type MessageFields } from '../../../../src/opentelemetry/export/encoding/read-protobuf.ts'
import { ProtobufWriter } from '../../../../src/opentelemetry/traces/protobuf-writer.ts'

const fields: MessageFields = {
  1: { name: 'id', kind: 'hex', isList: false },
  2: { name: 'text', kind: 'text', isList: false },
  3: { name: 'flag', kind: 'boolean', isList: false },
  4: { name: 'number', kind: 'number', isList: false },
  5: { name: 'large', kind: 'int64', isList: false },
  6: { name: 'time', kind: 'fixed64', isList: false },
  7: { name: 'doubles', kind: 'double', isList: true },
  8: { name: 'inner', kind: () => fields, isList: true }
}

function write (fill: (writer: ProtobufWriter) => void): Uint8Array {
  const writer = new ProtobufWriter()
  fill(writer)
  return Buffer.from(writer.bytes)
}

t.test('read protobuf: values of 64 bits are texts, those that JSON lacks too, and unknown fields are skipped', (t) => {
  const bytes = write((writer) => {
    writer.byte(0x0a)
    writer.byte(2)
    writer.raw([0xab, 0x01] as unknown as Uint8Array)
    writer.byte(0x12)
    writer.text('é')
    writer.byte(0x18)
    writer.byte(1)
    writer.byte(0x20)
    writer.varint(300)
    writer.byte(0x28)
    writer.varint(-5)
    writer.byte(0x31)
    writer.time(1_700_000_000_000.25)
    // Packed, and one that is not.
    writer.byte(0x3a)
    writer.byte(16)
    writer.double(0.5)
    writer.double(Number.POSITIVE_INFINITY)
    writer.byte(0x39)
    writer.double(Number.NaN)
    for (const text of ['a', 'b']) {
      writer.byte(0x42)
      const start = writer.beginMessage()
      writer.byte(0x12)
      writer.text(text)
      writer.endMessage(start)
    }
    // Fields that it does not know, of each wire type.
    writer.byte(0x48)
    writer.varint(7)
    writer.byte(0x49)
    writer.double(1)
    writer.byte(0x4a)
    writer.text('unknown')
    writer.byte(0x4d)
    writer.fixed32(1)
  })
  t.strictSame(readProtobuf(bytes, fields), {
    id: 'ab01',
    text: 'é',
    flag: true,
    number: 300,
    large: '-5',
    time: '1700000000000250000',
    doubles: [0.5, 'Infinity', 'NaN'],
    inner: [{ text: 'a' }, { text: 'b' }]
  })
  t.strictSame(readProtobuf(Buffer.alloc(0), fields), {})
  t.end()
})

t.test('read protobuf: bytes that are no such message are an error', (t) => {
  for (const bytes of [
    [0x12], [0x12, 5, 0x61], [0x12, 0xff, 0xff, 0xff, 0xff, 0x0f, 1], [0x31, 1], [0x18], [0x42, 1, 0x18, 1],
    [0x0b], [...Array.from({ length: 11 }, () => 0xff), 1], [0x28, ...Array.from({ length: 11 }, () => 0xff), 1]
  ]) t.throws(() => readProtobuf(Buffer.from(bytes), fields), RangeError, Buffer.from(bytes).toString('hex'))
  let deep = Buffer.alloc(0)
  for (let i = 0; i < 60; i++) deep = Buffer.concat([Buffer.from([0x42, deep.length % 128 | (deep.length > 127 ? 128 : 0), ...deep.length > 127 ? [deep.length >> 7] : []]), deep])
  t.throws(() => readProtobuf(deep, fields), /nested too deeply/)
  t.end()
})
