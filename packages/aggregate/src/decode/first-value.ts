const SCALAR = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|"(?:[^"\\]|\\.)*")/y

/**
 * Finds where the first JSON value of a text ends: the reference reads no further. Does not check that the value is
 * valid JSON.
 *
 * @returns the position after it; -1 if no value ends in the text
 */
export function endOfFirstValue (json: string): number {
  let at = 0
  while (' \n\r\t'.includes(json[at] ?? '-')) at++
  if (json[at] !== '{' && json[at] !== '[') {
    SCALAR.lastIndex = at
    return SCALAR.test(json) ? SCALAR.lastIndex : -1
  }
  let depth = 0
  for (; at < json.length; at++) {
    const char = json[at]
    if (char === '"') {
      at = endOfText(json, at)
    } else if (char === '{' || char === '[') {
      depth++
    } else if (char === '}' || char === ']') {
      if (--depth === 0) return at + 1
    }
  }
  return -1
}

function endOfText (json: string, open: number): number {
  let at = open + 1
  for (; at < json.length && json[at] !== '"'; at++) if (json[at] === '\\') at++
  return at
}
