/** Compiles the removal of characters from both ends of a text (Go's `strings.Trim`). */
export function compileTrim (characters: string): (text: string) => string {
  const removed = new Set(characters)
  return function trim (text) {
    let start = 0
    let end = text.length
    while (start < end) {
      const first = String.fromCodePoint(text.codePointAt(start)!)
      if (!removed.has(first)) break
      start += first.length
    }
    while (end > start) {
      const last = lastOf(text, end)
      if (!removed.has(last)) break
      end -= last.length
    }
    return text.slice(start, end)
  }
}

function lastOf (text: string, end: number): string {
  const pair = text.codePointAt(end - 2)
  return end >= 2 && pair !== undefined && pair > 0xffff ? String.fromCodePoint(pair) : text[end - 1]!
}
