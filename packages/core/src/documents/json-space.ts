const SPACE = 0x20
const NEWLINE = 0x0a
const RETURN = 0x0d
const TAB = 0x09

/**
 * Finds the first byte from a position on that is not JSON white space (RFC 8259, section 2); the end if there is none.
 */
export function skipSpace (json: Uint8Array, from: number): number {
  let at = from
  for (let byte = json[at]; byte === SPACE || byte === NEWLINE || byte === RETURN || byte === TAB; byte = json[at]) at++
  return at
}
