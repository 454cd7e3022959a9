import type { Place } from '@floodgate/core'
import { holdsSecrets, isObject, showValue } from '@floodgate/settings'

/** Settings that the user should write. */
export interface Suggestion {
  /** Path of keys from the place where they are written: `['extra_config', 'auth/validator']`. */
  readonly path: readonly string[]
  /** Their current value, at the wrong place. */
  readonly value: unknown
  /** Their table in TOML, which names tables from the root: `['endpoints', 'backend']`. */
  readonly tables: readonly string[]
}

export type Format = 'json' | 'yaml' | 'toml'

/** Returns a file's format by its name. Templates and objects are shown as JSON. */
export function formatOf (file: string): Format {
  if (/\.ya?ml$/i.test(file)) return 'yaml'
  return /\.toml$/i.test(file) ? 'toml' : 'json'
}

/** Formats settings as lines to copy. Secrets, and values nested too deeply for a line, become an ellipsis. */
export function writeSettings ({ path, value, tables }: Suggestion, format: Format): string[] {
  const shown = shorten(value, path, 0)
  if (format === 'toml') return writeToml([...tables, ...path], shown)
  if (format === 'yaml') {
    return [
      ...path.slice(0, -1).map((key, i) => `${'  '.repeat(i)}${key}:`),
      `${'  '.repeat(path.length - 1)}${path.at(-1)!}: ${inline(shown, ': ')}`
    ]
  }
  return [
    path.slice(0, -1).reduceRight(
      (inner, key) => `${JSON.stringify(key)}: { ${inner} }`,
      `${JSON.stringify(path.at(-1))}: ${inline(shown, ': ')}`
    )
  ]
}

/** Placeholder for hidden values. */
const hidden = Symbol('hidden')
const widest = 12

function shorten (value: unknown, place: Place, depth: number): unknown {
  if (value === undefined || holdsSecrets(place)) return hidden
  if (Array.isArray(value)) {
    return depth > 2 || value.length > widest ? hidden : value.map((item, i) => shorten(item, [...place, i], depth + 1))
  }
  if (isObject(value)) {
    const entries = Object.entries(value)
    return depth > 1 || entries.length > widest
      ? hidden
      : Object.fromEntries(entries.map(([key, item]) => [key, shorten(item, [...place, key], depth + 1)]))
  }
  if (value === null) return null
  const text = showValue(place, value)
  return text === value ? value : hidden
}

function inline (value: unknown, colon: string): string {
  if (value === hidden) return '…'
  if (Array.isArray(value)) return `[${value.map((item) => inline(item, colon)).join(', ')}]`
  if (isObject(value)) {
    const entries = Object.entries(value).map(
      ([key, item]) => `${colon === ' = ' ? tomlKey(key) : JSON.stringify(key)}${colon}${inline(item, colon)}`
    )
    return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`
  }
  return JSON.stringify(value)
}

function writeToml (path: readonly string[], value: unknown): string[] {
  const name = path.map(tomlKey).join('.')
  if (isObject(value)) return [`[${name}]`, ...Object.entries(value).map(([key, item]) => `${tomlKey(key)} = ${inline(item, ' = ')}`)]
  if (value === hidden) return [`[${name}]`, '…']
  return [`[${path.slice(0, -1).map(tomlKey).join('.')}]`, `${tomlKey(path.at(-1)!)} = ${inline(value, ' = ')}`]
}

function tomlKey (key: string): string {
  return /^[\w-]+$/.test(key) ? key : JSON.stringify(key)
}
