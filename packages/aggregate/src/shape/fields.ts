import { endOfString, JsonText, skipSpace } from '@floodgate/core'

/** A field of the first level of a JSON object, as it is written. */
export interface Field {
  /** Key, colon and value. */
  member: Buffer
  value: Buffer
}

const SHORT_TEXT = 64

const QUOTE = 0x22
const COMMA = 0x2c
const COLON = 0x3a
const BACKSLASH = 0x5c
const OPEN = 0x7b

/**
 * Splits a validated object's text into its fields without parsing their values; the last of duplicate keys is kept.
 */
export function readFields ({ members }: JsonText): Map<string, Field> {
  const fields = new Map<string, Field>()
  let open = members.indexOf(QUOTE)
  while (open >= 0) {
    const close = endOfString(members, open)
    const colon = members.indexOf(COLON, close)
    const end = endOfValue(members, colon + 1)
    const key: string = JSON.parse(members.toString('utf8', open, close))
    fields.set(key, { member: members.subarray(open, end), value: members.subarray(colon + 1, end) })
    open = members.indexOf(QUOTE, end)
  }
  return fields
}

/** Joins fields to an object's text. */
export function joinFields (fields: ReadonlyMap<string, Field>): JsonText {
  return JsonText.join(Array.from(fields.values(), ({ member }) => member))
}

/** Renames a field. */
export function nameField (value: Buffer, key: string): Field {
  return { member: Buffer.concat([Buffer.from(JSON.stringify(key) + ':'), value]), value }
}

/** Returns whether a value is an object. */
export function isObjectField ({ value }: Field): boolean {
  return value[skipSpace(value, 0)] === OPEN
}

/** Finds the comma after a value, or the end of the text. */
function endOfValue (members: Buffer, start: number): number {
  const { length } = members
  let depth = 0
  let at = start
  while (at < length) {
    const byte = members[at]!
    if (byte === QUOTE) {
      // A loop for short texts, which are most: a call of indexOf costs more.
      const near = at + SHORT_TEXT
      for (;;) {
        const char = members[++at]
        if (char === QUOTE) break
        if (char === BACKSLASH) at++
        if (at >= near) {
          at = endOfString(members, at) - 1
          break
        }
      }
    } else if (byte === COMMA) {
      if (depth === 0) return at
    } else if (byte === OPEN || byte === 0x5b) {
      depth++
    } else if (byte === 0x7d || byte === 0x5d) {
      depth--
    }
    at++
  }
  return length
}
