/** Writes a header name as Go does: `X-Request-Id`. */
export function canonicalName (name: string): string {
  return name.toLowerCase().replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase())
}
