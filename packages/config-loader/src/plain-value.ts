/**
 * Copies what a parser made into plain JSON values: dates and binary data become text, big integers numbers.
 *
 * @throws {TypeError} when the value contains itself
 */
export function plainValue (value: unknown, ancestors = new Set<unknown>()): unknown {
  if (typeof value === 'bigint') return Number(value)
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Date) return value.toISOString()
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (ancestors.has(value)) throw new TypeError('a value contains itself')
  ancestors.add(value)
  const copy = Array.isArray(value)
    ? value.map((item) => plainValue(item, ancestors))
    : Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plainValue(item, ancestors)]))
  ancestors.delete(value)
  return copy
}
