import { closestWord, distanceOf } from './did-you-mean.ts'

/** What to write instead of a word that is none of those allowed; null when none is near. */
export function adviseWord (word: string, allowed: readonly string[]): string | null {
  const same = allowed.find((other) => bare(other) === bare(word))
  if (same !== undefined) return `write ${JSON.stringify(same)}`
  const near = /\d/.test(word) ? onlyNeighbour(word, allowed) : closestWord(word, allowed)
  return near === null ? null : `did you mean ${JSON.stringify(near)}?`
}

/** The one word that differs in one character: of several numbers that are near (`TLS14`) none was meant. */
function onlyNeighbour (word: string, allowed: readonly string[]): string | null {
  const near = allowed.filter((other) => distanceOf(word, other) === 1)
  return near.length === 1 ? near[0]! : null
}

/** Letters and digits alone, and versions of TLS without its name: `tls1.2`, `TLSv1.2` and `1.2` are TLS12. */
function bare (text: string): string {
  return text.toUpperCase().replace(/[^A-Z0-9]/g, '').replace(/^(TLS|SSL)V?(?=\d)|^V(?=\d)/, '').replace(/^([123])$/, '$10')
}

/**
 * How to write what is of another type; null when there is nothing to say.
 *
 * @param shown the value as it may be shown
 */
export function adviseType (type: string | undefined, itemType: string | undefined, value: unknown, shown: string): string | null {
  if (value === null) return 'remove the key to have its default'
  if (type === 'boolean' &&
    (typeof value === 'number' || (typeof value === 'string' && /^(?:true|false|yes|no|on|off|1|0)$/i.test(value.trim())))) {
    return `write ${/^(?:true|yes|on|1)$/i.test(String(value).trim()) ? 'true' : 'false'}${typeof value === 'string' ? ' without quotes' : ''}`
  }
  if ((type === 'integer' || type === 'number') && typeof value === 'string' && /^\d+$/.test(value)) return `write ${value} without quotes`
  if (type === 'array' && itemType === 'object' && typeof value === 'object') return 'put the object in brackets: [{ … }]'
  const kind: string = typeof value
  if (type === 'array' && (kind === itemType || (itemType === 'integer' && Number.isInteger(value)))) return `write [${shown}]`
  return null
}
