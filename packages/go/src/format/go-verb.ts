import { quoteText } from '../quote/quote.ts'

/**
 * Prepares a verb of Go's fmt without its percent sign: flags, width, precision and letter, as in `.6s` or `03x`.
 *
 * @returns null where the verb does not fit the kind of value
 */
export function compileGoVerb (layout: string, kind: 'text' | 'number'): ((value: string | number) => string) | null {
  const match = /^([-+# 0]*)(\d*)(?:\.(\d*))?([a-zA-Z])$/.exec(layout)
  if (match === null) return null
  const [, flags, width, precision, letter] = match
  const write = (kind === 'text' ? textVerbs : numberVerbs)[letter!]
  if (write === undefined) return null
  const cut = kind === 'text' && precision !== undefined ? Number(precision) : Infinity
  const size = Number(width)
  return function formatVerb (value) {
    const text = write(cut === Infinity ? value : [...String(value)].slice(0, cut).join(''))
    if (flags!.includes('-')) return text.padEnd(size)
    return text.padStart(size, flags!.includes('0') ? '0' : ' ')
  }
}

const textVerbs: Readonly<Record<string, (value: string | number) => string>> = {
  s: String,
  v: String,
  q: (value) => quoteText(String(value))
}

const numberVerbs: Readonly<Record<string, (value: string | number) => string>> = {
  d: String,
  v: String,
  b: (value) => Number(value).toString(2),
  o: (value) => Number(value).toString(8),
  x: (value) => Number(value).toString(16),
  X: (value) => Number(value).toString(16).toUpperCase()
}
