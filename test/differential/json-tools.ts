/** Tells whether two JSON texts are the same value, with the digits of their numbers, whatever the order of keys and the escapes. */
export function sameJson (a: string, b: string): boolean {
  try {
    return canonical(a) === canonical(b)
  } catch {
    return false
  }
}

/** One text for all JSON texts of one value: sorted keys, no white space, numbers as they stand. */
function canonical (text: string): string {
  const literal = text.replace(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g, (token) => token.startsWith('"') ? token : JSON.stringify(`number ${token}`))
  return JSON.stringify(sorted(JSON.parse(literal)))
}

function sorted (value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (value === null || typeof value !== 'object') return value
  return Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1).map(([key, member]) => [key, sorted(member)])
}
