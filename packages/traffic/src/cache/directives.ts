/** Directives of a `Cache-Control` by lower-case name, '' if one has no value (RFC 9111, section 5.2). */
export type Directives = ReadonlyMap<string, string>

const none: ReadonlyMap<string, string> = new Map()

/** Parses one or more `Cache-Control` headers. */
export function readDirectives (header: string | string[] | undefined): Directives {
  if (header === undefined || header.length === 0) return none
  const directives = new Map<string, string>()
  for (const part of String(header).split(',')) {
    const equals = part.indexOf('=')
    const name = (equals < 0 ? part : part.slice(0, equals)).trim().toLowerCase()
    // The first of duplicate directives is used (RFC 9111, section 4.2.1).
    if (name !== '' && !directives.has(name)) {
      directives.set(name, equals < 0 ? '' : part.slice(equals + 1).trim().replace(/^"(.*)"$/, '$1'))
    }
  }
  return directives
}

/** Returns a directive's seconds in ms; null if it is missing, 0 if it is not a number. */
export function secondsOf (directives: Directives, name: string): number | null {
  const text = directives.get(name)
  if (text === undefined) return null
  return /^\d+$/.test(text) ? Number(text) * 1000 : 0
}
