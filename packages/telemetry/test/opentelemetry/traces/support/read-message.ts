/** A field of a message: its number, and its value as digits, a text or a message of its own. */
export type Field = readonly [number: number, value: string | readonly Field[]]

/**
 * Reads protobuf without a schema: fields in the order of their numbers, repeated ones in their own order. Bytes that
 * read as a message are one. Numbers that are 0 are left out, as writers may.
 */
export function readMessage (bytes: Uint8Array): readonly Field[] {
  const fields = read(Buffer.from(bytes))
  if (fields === null) throw new Error('this is not a message')
  return fields
}

function read (bytes: Buffer): readonly Field[] | null {
  const fields: Field[] = []
  let at = 0
  const varint = (): number => {
    let value = 0
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[at++]
      if (byte === undefined) return Number.NaN
      value += (byte & 127) * factor
      if (byte < 128) return value
    }
  }
  while (at < bytes.length) {
    const tag = varint()
    const number = Math.floor(tag / 8)
    if (!(number > 0 && number < 64)) return null
    if (tag % 8 === 0) {
      const value = varint()
      if (value !== 0) fields.push([number, String(value)])
    } else if (tag % 8 === 1 || tag % 8 === 5) {
      const end = at + (tag % 8 === 1 ? 8 : 4)
      fields.push([number, bytes.toString('hex', at, end)])
      at = end
    } else if (tag % 8 === 2) {
      const end = varint() + at
      if (!(end <= bytes.length)) return null
      const content = bytes.subarray(at, end)
      fields.push([number, read(content) ?? content.toString('latin1')])
      at = end
    } else return null
    if (at > bytes.length) return null
  }
  return fields.sort(([a], [b]) => a - b)
}
