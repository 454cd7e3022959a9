import { compareText } from './go-string.ts'

/**
 * Writes decoded JSON as Go's `%v` does: `[a b]`, `map[key:value]` with its keys sorted by byte, `<nil>`.
 *
 * @param leaf writes texts, numbers and booleans
 */
export function writeValue (value: unknown, leaf: (value: unknown) => string): string {
  if (value === null || value === undefined) return '<nil>'
  if (typeof value !== 'object') return leaf(value)
  if (Array.isArray(value)) return `[${value.map((item) => writeValue(item, leaf)).join(' ')}]`
  const members = Object.entries(value).sort(([a], [b]) => compareText(a, b))
  return `map[${members.map(([key, item]) => `${key}:${writeValue(item, leaf)}`).join(' ')}]`
}
