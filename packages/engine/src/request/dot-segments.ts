/**
 * A segment that is `.` or `..` to whoever reads the path: whatever blanks and controls it brings (URL parsers drop some),
 * with parameters (`..;x`, as servlet containers cut them off), and with backslashes as slashes (as WHATWG's URL has it).
 */
const DOT_SEGMENT = /(?:^|[/\\])[\0-\x20\x7f]*\.[\0-\x20\x7f]*(?:\.[\0-\x20\x7f]*)?(?:;[^/\\]*)?(?:$|[/\\])/
const ESCAPE = /%([0-9A-Fa-f]{2})/g

/** How often an escape may be escaped: no honest address goes further. */
const maxLayers = 5

/** Whether a text may be, or hold, a dot segment at all: a question for every request, so it is a cheap one. */
export function mayHaveDots (text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit === 0x2e || unit === 0x25) return true
  }
  return false
}

/**
 * Whether a path, or a part of one, has a dot segment, as it is or after its escapes are decoded, however often they were
 * encoded: a backend may decode once more than we do. Escapes of more than five layers count as one.
 */
export function hasDotSegment (text: string): boolean {
  let decoded = text
  for (let layer = 0; layer <= maxLayers; layer++) {
    if (DOT_SEGMENT.test(decoded)) return true
    // Single bytes: none of the characters that count has more.
    const next = decoded.includes('%') ? decoded.replace(ESCAPE, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))) : decoded
    if (next === decoded) return false
    decoded = next
  }
  return true
}
