/** A text, or what writes one for an entry. */
export type Part<Entry> = string | ((entry: Entry) => string)

const variable = /%\{(\w+)(?:\.([^{}:]+))?(?::([^{}]*))?\}/g

/**
 * Prepares a pattern with variables in braces, `%{name}`, `%{name.key}`, and a layout after a colon, `%{time:kitchen}`.
 * Line feeds at its end are removed: every line gets one anyway.
 *
 * @returns null if it has no variable
 */
export function compilePattern <Entry> (
  pattern: string,
  createPart: (name: string, key: string | undefined, layout: string | undefined) => Part<Entry>
): ((entry: Entry) => string) | null {
  const text = pattern.replace(/(?:\n|\\n)+$/, '')
  const parts: Part<Entry>[] = []
  let end = 0
  for (const match of text.matchAll(variable)) {
    if (match.index > end) parts.push(text.slice(end, match.index))
    parts.push(createPart(match[1]!, match[2], match[3]))
    end = match.index + match[0].length
  }
  if (parts.length === 0) return null
  if (end < text.length) parts.push(text.slice(end))
  return function writePattern (entry) {
    let line = ''
    for (const part of parts) line += typeof part === 'string' ? part : part(entry)
    return line
  }
}
