import { closest, distance } from 'fastest-levenshtein'
import { adviseTlsNumber } from '@floodgate/tls'
import { describeValue, listWords, type NoteProblem, type Place } from '@floodgate/settings'

/** The part of JSON Schema that the options are written in. */
export interface Shape {
  /** `any` leaves the judgement to the caller. */
  readonly type: string
  readonly properties?: Readonly<Record<string, Shape>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean
  readonly items?: Shape
  readonly enum?: readonly string[]
  readonly minimum?: number
  readonly maximum?: number
}

/**
 * Takes from a value what fits its shape, and notes everything that does not. Nothing is converted: `"true"` is no
 * boolean, `null` is no value. Keys that start with @, $, _ or # are comments.
 *
 * @returns what fits: parts that do not are absent, in lists they are undefined
 */
export function takeShape (value: unknown, shape: Shape, note: NoteProblem, path: Place = []): unknown {
  switch (shape.type) {
    case 'any': return value
    case 'object': return takeObject(value, shape, note, path)
    case 'array': return takeList(value, shape, note, path)
    default: return takeScalar(value, shape, note, path)
  }
}

function takeObject (value: unknown, shape: Shape, note: NoteProblem, path: Place): Record<string, unknown> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    noteWrongType(value, shape, note, path)
    return undefined
  }
  const properties = shape.properties ?? {}
  const taken: Record<string, unknown> = {}
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined) continue
    if (Object.hasOwn(properties, key)) {
      const fitting = takeShape(item, properties[key]!, note, [...path, key])
      if (fitting !== undefined) taken[key] = fitting
    } else if (shape.additionalProperties === false && !/^[@$_#]/.test(key)) {
      note([...path, key], { code: 'unknown-key', at: 'key', message: `unknown key ${JSON.stringify(key)}`, instead: adviseKey(key, Object.keys(properties)) })
    }
  }
  for (const key of shape.required ?? []) {
    if (!Object.hasOwn(value, key)) note([...path, key], { code: 'missing-key', at: 'key', message: `the key ${JSON.stringify(key)} is missing`, instead: `add ${JSON.stringify(key)}: ${properties[key]?.type === 'string' ? '"/path/to/file.pem"' : 'a value'}` })
  }
  return taken
}

function takeList (value: unknown, shape: Shape, note: NoteProblem, path: Place): unknown[] | undefined {
  if (!Array.isArray(value)) {
    noteWrongType(value, shape, note, path)
    return undefined
  }
  return value.map((item, index) => takeShape(item, shape.items!, note, [...path, index]))
}

function takeScalar (value: unknown, shape: Shape, note: NoteProblem, path: Place): unknown {
  const fits = isOfType(value, shape.type)
  if (!fits) {
    noteWrongType(value, shape, note, path)
    return undefined
  }
  if (typeof value === 'number' && (value < (shape.minimum ?? -Infinity) || value > (shape.maximum ?? Infinity))) {
    note(path, { code: 'out-of-range', value, message: `must be between ${shape.minimum} and ${shape.maximum}, not ${value}` })
    return undefined
  }
  if (shape.enum && !shape.enum.includes(value as string)) {
    note(path, { code: 'unknown-value', value, message: `must be ${listWords(shape.enum)}, not ${describeValue([], value)}`, instead: adviseValue(value as string, shape.enum) })
    return undefined
  }
  return value
}

function isOfType (value: unknown, type: string): boolean {
  if (type === 'integer') return Number.isInteger(value)
  const kind: string = typeof value
  return kind === type && value !== null
}

function noteWrongType (value: unknown, shape: Shape, note: NoteProblem, path: Place): void {
  note(path, { code: 'wrong-type', value, message: `must be ${describeShape(shape)}, not ${describeValue([], value)}`, instead: adviseTlsNumber(path.findLast((step) => typeof step === 'string'), value) ?? adviseType(value, shape) })
}

const kinds: Record<string, string> = { boolean: 'a boolean (true or false)', string: 'a text (string)', integer: 'an integer', number: 'a number', object: 'an object' }

function describeShape (shape: Shape): string {
  if (shape.type !== 'array') return kinds[shape.type] ?? 'another value'
  const item = shape.items?.type ?? 'any'
  return `a list (array) of ${{ string: 'texts', integer: 'integers', object: 'objects' }[item] ?? 'values'}`
}

function adviseType (value: unknown, shape: Shape): string | null {
  if (value === null) return 'remove the key to have its default'
  if (shape.type === 'boolean' && (typeof value === 'string' || typeof value === 'number')) {
    return `write ${/^(?:true|yes|on|1)$/i.test(String(value).trim()) ? 'true' : 'false'}${typeof value === 'string' ? ' without quotes' : ''}`
  }
  if (shape.type === 'integer' && typeof value === 'string' && /^\d+$/.test(value)) return `write ${value} without quotes`
  if (shape.type === 'array' && shape.items && isOfType(value, shape.items.type)) {
    return typeof value === 'object' ? 'put the object in brackets: [{ … }]' : `write [${describeValue([], value)}]`
  }
  return null
}

/** The known key that was meant, where one is near; otherwise all of them. */
function adviseKey (key: string, known: readonly string[]): string {
  const word = key.toLowerCase()
  const near = closest(word, known)
  const meant = distance(word, near) <= Math.max(2, word.length / 3) ? near : known.find((name) => word.length > 3 && name.includes(word))
  return meant === undefined ? `the keys here are ${known.join(', ')}` : `did you mean ${JSON.stringify(meant)}?`
}

/** A value whose letters and digits agree: `tls1.2`, `TLSv1.2` and `1.2` are TLS12. */
function adviseValue (value: string, known: readonly string[]): string | null {
  const bare = (text: string): string => text.toUpperCase().replace(/[^A-Z0-9]/g, '').replace(/^(TLS|SSL)V?|^V/, '').replace(/^([123])$/, '$10')
  const meant = known.find((word) => bare(word) === bare(value))
  if (meant !== undefined) return `write ${JSON.stringify(meant)}`
  // Numbers that are near each other mean nothing.
  const near = closest(value, known)
  return !/\d/.test(value) && distance(value, near) <= 2 ? `did you mean ${JSON.stringify(near)}?` : null
}
