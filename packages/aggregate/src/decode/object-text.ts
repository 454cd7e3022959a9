import { maxJsonContainers } from './bounds.ts'

// Deeper documents are left to JSON.parse.
const maxDepth = 64

const SPACE = 0x20
const QUOTE = 0x22
const COMMA = 0x2c
const MINUS = 0x2d
const DOT = 0x2e
const ZERO = 0x30
const NINE = 0x39
const COLON = 0x3a
const OPEN_LIST = 0x5b
const BACKSLASH = 0x5c
const CLOSE_LIST = 0x5d
const OPEN = 0x7b
const CLOSE = 0x7d

const isSpace = Uint8Array.from({ length: 256 }, (_, byte) => ' \t\n\r'.includes(String.fromCharCode(byte)) ? 1 : 0)
/** Bytes that stand for themselves in a JSON string; including those of longer UTF-8 sequences. `}` may be the last byte. */
const isPlain = Uint8Array.from(
  { length: 256 },
  (_, byte) => byte >= SPACE && byte !== QUOTE && byte !== BACKSLASH && byte !== CLOSE ? 1 : 0
)
/** Characters that may follow a backslash, except `u`: lone surrogates have to be replaced. */
const isEscape = Uint8Array.from({ length: 256 }, (_, byte) => '"\\/bfnrt'.includes(String.fromCharCode(byte)) ? 1 : 0)

// eslint-disable-next-line no-restricted-syntax -- scratch memory: used only during a synchronous call
const isInList = new Uint8Array(maxDepth)

/**
 * Checks that bytes are exactly one JSON object (RFC 8259), in a quarter of the time of JSON.parse. False only means
 * that JSON.parse must decide. It does not check that the bytes are UTF-8.
 *
 * It never reads beyond the last byte: after a single such read V8 compiles the function for values that may be
 * undefined, which takes five times as long. So the last byte must be the `}` of the object, at which everything but a
 * string stops.
 */
export function isObjectText (json: Uint8Array): boolean {
  let last = json.length - 1
  while (last > 0 && isSpace[json[last]!] === 1) last--
  if (last < 1 || json[last] !== CLOSE) return false
  let at = skipSpace(json, 0)
  if (json[at] !== OPEN) return false
  at = skipSpace(json, at + 1)
  if (json[at] === CLOSE) return at === last
  let depth = 0
  let containers = 1
  let inList = false
  isInList[0] = 0
  for (;;) {
    // A member's key, unless this is a list.
    if (!inList) {
      if (json[at] !== QUOTE) return false
      at = endOfText(json, at + 1, last)
      if (at < 0) return false
      at = skipSpace(json, at)
      if (json[at] !== COLON) return false
      at = skipSpace(json, at + 1)
    }
    // A value; an object or a list starts another round.
    const byte = json[at]!
    if (byte === QUOTE) {
      at = endOfText(json, at + 1, last)
    } else if (byte === OPEN || byte === OPEN_LIST) {
      if (++containers > maxJsonContainers) return false
      const next = skipSpace(json, at + 1)
      if (json[next] === (byte === OPEN ? CLOSE : CLOSE_LIST)) {
        if (next === last) return false
        at = next + 1
      } else {
        if (++depth === maxDepth) return false
        inList = byte === OPEN_LIST
        isInList[depth] = inList ? 1 : 0
        at = next
        continue
      }
    } else if (byte === MINUS || (byte >= ZERO && byte <= NINE)) {
      at = endOfNumber(json, byte === MINUS ? at + 1 : at)
    } else {
      at = endOfWord(json, at)
    }
    if (at < 0) return false
    // Objects and lists that end after it.
    for (;;) {
      at = skipSpace(json, at)
      const after = json[at]
      if (after === COMMA) break
      if (after !== (inList ? CLOSE_LIST : CLOSE)) return false
      if (at === last || depth === 0) return at === last && depth === 0
      at++
      inList = isInList[--depth] === 1
    }
    at = skipSpace(json, at + 1)
  }
}

function skipSpace (json: Uint8Array, from: number): number {
  let at = from
  while (isSpace[json[at]!] === 1) at++
  return at
}

/** @returns the position after the closing quote; -1 if there is none, or for an escape that needs care */
function endOfText (json: Uint8Array, from: number, last: number): number {
  let at = from
  for (;;) {
    const byte = json[at]!
    if (isPlain[byte] === 1) {
      at++
    } else if (byte === QUOTE) {
      return at + 1
    } else if (byte === BACKSLASH) {
      if (isEscape[json[at + 1]!] !== 1) return -1
      at += 2
    } else if (byte === CLOSE && at < last) {
      at++
    } else {
      return -1
    }
  }
}

/** @returns the position after the number whose digits begin here; -1 if there is none */
function endOfNumber (json: Uint8Array, from: number): number {
  let at = json[from] === ZERO ? from + 1 : endOfDigits(json, from)
  if (at === from) return -1
  if (json[at] === DOT) {
    const fraction = at + 1
    at = endOfDigits(json, fraction)
    if (at === fraction) return -1
  }
  if ((json[at]! | 0x20) === 0x65) {
    const sign = json[at + 1]
    const exponent = sign === MINUS || sign === 0x2b ? at + 2 : at + 1
    at = endOfDigits(json, exponent)
    if (at === exponent) return -1
  }
  return at
}

function endOfDigits (json: Uint8Array, from: number): number {
  let at = from
  while (json[at]! >= ZERO && json[at]! <= NINE) at++
  return at
}

/** @returns the position after `true`, `false` or `null`; -1 if it is none of them */
function endOfWord (json: Uint8Array, from: number): number {
  switch (json[from]) {
    case 0x74: return json[from + 1] === 0x72 && json[from + 2] === 0x75 && json[from + 3] === 0x65 ? from + 4 : -1
    case 0x66: return json[from + 1] === 0x61 && json[from + 2] === 0x6c && json[from + 3] === 0x73 && json[from + 4] === 0x65
      ? from + 5
      : -1
    case 0x6e: return json[from + 1] === 0x75 && json[from + 2] === 0x6c && json[from + 3] === 0x6c ? from + 4 : -1
    default: return -1
  }
}
