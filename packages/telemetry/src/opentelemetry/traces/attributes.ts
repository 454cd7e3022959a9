import type { Attribute } from '../metrics/meter.ts'
import { ProtobufWriter } from './protobuf-writer.ts'

/** Fields of `KeyValue`, `AnyValue` and `ArrayValue` (opentelemetry-proto, common/v1). */
const [key, value] = [0x0a, 0x12]
const [text, flag, whole, real, list] = [0x0a, 0x10, 0x18, 0x21, 0x2a]
/** Where a message has its `attributes`: a span, an event, a resource. */
const ofSpan = 0x4a
export const ofEvent = 0x1a
export const ofResource = 0x0a

/** The name of an attribute as it stands in front of its value. */
export type AttributeName = Uint8Array

/** Encodes a name that is written often. */
export function attributeName (name: string): AttributeName {
  const writer = new ProtobufWriter()
  writer.byte(key)
  writer.text(name)
  writer.byte(value)
  return writer.bytes
}

/** Encodes the names that a layer writes. */
export function attributeNames <Key extends string> (names: Readonly<Record<Key, string>>): Readonly<Record<Key, AttributeName>> {
  return Object.fromEntries(Object.entries<string>(names).map(([key, name]) => [key, attributeName(name)])) as Record<Key, AttributeName>
}

/** Encodes attributes that never change; of equal names the last one counts. */
export function encodeAttributes (attributes: readonly Attribute[], field = ofSpan): Uint8Array {
  const writer = new ProtobufWriter()
  for (const [name, value] of new Map(attributes)) writeAttribute(writer, attributeName(name), value, field)
  return writer.bytes
}

export function writeAttribute (writer: ProtobufWriter, name: AttributeName, value: string | number | boolean, field = ofSpan): void {
  writer.byte(field)
  const start = writer.beginMessage()
  writer.raw(name)
  writeValue(writer, value)
  writer.endMessage(start)
}

/** Writes an attribute whose value is a list of texts. */
export function writeTexts (writer: ProtobufWriter, name: AttributeName, values: readonly string[]): void {
  writer.byte(ofSpan)
  const start = writer.beginMessage()
  writer.raw(name)
  const any = writer.beginMessage()
  writer.byte(list)
  const array = writer.beginMessage()
  for (const value of values) {
    writer.byte(0x0a)
    writeValue(writer, value)
  }
  writer.endMessage(array)
  writer.endMessage(any)
  writer.endMessage(start)
}

function writeValue (writer: ProtobufWriter, value: string | number | boolean): void {
  const start = writer.beginMessage()
  if (typeof value === 'string') {
    writer.byte(text)
    writer.text(value)
  } else if (typeof value === 'boolean') {
    writer.byte(flag)
    writer.byte(value ? 1 : 0)
  } else if (Number.isSafeInteger(value)) {
    writer.byte(whole)
    writer.varint(value)
  } else {
    writer.byte(real)
    writer.double(value)
  }
  writer.endMessage(start)
}
