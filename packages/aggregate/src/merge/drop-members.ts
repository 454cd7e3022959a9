import { endOfString } from '@floodgate/core'

const COMMA = 0x2c
const COLON = 0x3a
const QUOTE = 0x22
const OPENING = new Set([0x7b, 0x5b])
const CLOSING = new Set([0x7d, 0x5d])

/** Cuts members out of a checked JSON object's text between its braces, and leaves the others as they are written. */
export function dropMembers (members: Buffer, keys: ReadonlySet<string>): Buffer {
  const kept: Buffer[] = []
  let start = 0
  while (start < members.length) {
    const open = members.indexOf(QUOTE, start)
    const close = endOfString(members, open)
    const end = endOfMember(members, members.indexOf(COLON, close) + 1)
    if (!keys.has(JSON.parse(members.toString('utf8', open, close)))) {
      // With its comma, unless it is the last.
      kept.push(members.subarray(start, Math.min(end + 1, members.length)))
    }
    start = end + 1
  }
  const rest = Buffer.concat(kept)
  return rest.at(-1) === COMMA ? rest.subarray(0, -1) : rest
}

/** Finds the comma behind a value, or the end of all. */
function endOfMember (members: Buffer, value: number): number {
  let depth = 0
  let at = value
  while (at < members.length) {
    const byte = members[at]!
    if (byte === QUOTE) {
      at = endOfString(members, at)
      continue
    }
    if (byte === COMMA && depth === 0) return at
    if (OPENING.has(byte)) depth++
    else if (CLOSING.has(byte)) depth--
    at++
  }
  return at
}
