/** Writes JSON as Go's encoding/json: keys sorted by byte, and what could end a script element escaped. Marked numbers stay marked. */
export function writeGoJson (value: unknown): string {
  return write(value).replace(/[<>&\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

function write (value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(write).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const members = Object.entries(value).sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  return `{${members.map(([key, item]) => `${JSON.stringify(key)}:${write(item)}`).join(',')}}`
}
