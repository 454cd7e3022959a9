import { compareText } from '../text/go-string.ts'
import { escapeJson } from './escape-json.ts'

/**
 * Writes JSON as Go's encoding/json: keys sorted by byte, and what could end a script element escaped. Marked numbers
 * stay marked.
 */
export function writeGoJson (value: unknown): string {
  return escapeJson(write(value), true)
}

function write (value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(write).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const members = Object.entries(value).sort(([a], [b]) => compareText(a, b))
  return `{${members.map(([key, item]) => `${JSON.stringify(key)}:${write(item)}`).join(',')}}`
}
