/**
 * A segment that some parser treats as `.` or `..`: with blanks and control characters (URL parsers drop some), with
 * parameters (`..;x`, which servlet containers cut off), and with backslashes as slashes (as in WHATWG's URL).
 */
const DOT_SEGMENT = /(?:^|[/\\])[\0-\x20\x7f]*\.[\0-\x20\x7f]*(?:\.[\0-\x20\x7f]*)?(?:;[^/\\]*)?(?:$|[/\\])/
const ESCAPE = /%([0-9A-Fa-f]{2})/g

/** Number of nested escapes that are decoded: legitimate addresses have fewer. */
const maxLayers = 5

/** Returns whether a text may contain a dot segment: a cheap check for every request. */
export function mayHaveDots (text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit === 0x2e || unit === 0x25) return true
  }
  return false
}

/**
 * Returns whether a path, or a part of one, has a dot segment, as it is or after its escapes are decoded repeatedly: a
 * backend may decode once more than the gateway. Escapes nested more than five times count as one.
 */
export function hasDotSegment (text: string): boolean {
  let decoded = text
  for (let layer = 0; layer <= maxLayers; layer++) {
    if (DOT_SEGMENT.test(decoded)) return true
    // Decodes single bytes, because all relevant characters are ASCII.
    const next = decoded.includes('%')
      ? decoded.replace(ESCAPE, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
      : decoded
    if (next === decoded) return false
    decoded = next
  }
  return true
}
