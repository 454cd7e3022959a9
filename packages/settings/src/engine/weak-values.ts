/**
 * How values of one type are taken for another: as the reference's configuration decoder does with "weakly typed
 * input" (mapstructure). `undefined` means that a value cannot be taken so.
 */

export function weakText (value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return String(value)
  if (typeof value === 'boolean') return value ? '1' : '0'
  return undefined
}

export function weakBoolean (value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value
  if (typeof value === 'number') return value !== 0
  if (typeof value === 'string') return booleans.get(value)
  return undefined
}

export function weakInteger (value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? Math.trunc(value) : undefined
  if (typeof value === 'boolean') return value ? 1 : 0
  if (value === '') return 0
  if (typeof value !== 'string' || !/^[+-]?(?:\d+|0[xX][\da-fA-F]+|0[oO][0-7]+|0[bB][01]+)$/.test(value)) return undefined
  const digits = value.replace(/^[+-]/, '')
  const size = Number(/^0\d/.test(digits) ? `0o${digits.slice(1)}` : digits) // Go reads 010 as octal
  return Number.isNaN(size) ? undefined : value.startsWith('-') ? -size : size
}

export function weakNumber (value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  if (typeof value === 'boolean') return value ? 1 : 0
  if (value === '') return 0
  if (typeof value !== 'string' || !/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(value)) return undefined
  return Number(value)
}

/** A list stays, an empty object is an empty list, anything else a list of one. */
export function weakList (value: unknown): unknown[] {
  if (Array.isArray(value)) return value
  return isObject(value) && Object.keys(value).length === 0 ? [] : [value]
}

/** An object stays; a list of objects is merged into one, the later ones winning. */
export function weakObject (value: unknown): Record<string, unknown> | undefined {
  if (isObject(value)) return value
  if (Array.isArray(value) && value.every(isObject)) return Object.fromEntries(value.flatMap((item) => Object.entries(item)))
  return undefined
}

export function isObject (value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Go's strconv.ParseBool. */
const booleans: ReadonlyMap<string, boolean> = new Map([
  ...['1', 't', 'T', 'true', 'True', 'TRUE'].map((text) => [text, true] as const),
  ...['', '0', 'f', 'F', 'false', 'False', 'FALSE'].map((text) => [text, false] as const)
])
