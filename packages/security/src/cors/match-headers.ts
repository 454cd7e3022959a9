/** Returns whether all names in an `Access-Control-Request-Headers` may be sent. */
export type MatchHeaders = (names: string) => boolean

const maxEmptyNames = 16

/**
 * Prepares a list of header names; null if it contains `*`. Browsers send the names in lower case, sorted and without
 * duplicates (Fetch standard, "CORS-unsafe request-header names"): any other list does not come from a browser and is
 * refused, as in rs/cors since 1.11.
 */
export function prepareHeaders (headers: readonly string[]): MatchHeaders | null {
  if (headers.includes('*')) return null
  const allowed = new Set(headers.map((name) => name.toLowerCase()))
  return function matchHeaders (names) {
    let last = ''
    let empty = 0
    for (const item of names.split(',')) {
      const name = trim(item)
      if (name === null) return false
      if (name === '') {
        if (++empty > maxEmptyNames) return false
        continue
      }
      if (name <= last || !allowed.has(name)) return false
      last = name
    }
    return true
  }
}

/** Removes one blank from each side; null if there are more. */
function trim (item: string): string | null {
  const name = item.replace(/^[ \t]/, '').replace(/[ \t]$/, '')
  return /^[ \t]|[ \t]$/.test(name) ? null : name
}
