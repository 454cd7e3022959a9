/** An object that inherits nothing: names from outside may be `constructor` or `__proto__`. One class keeps it fast. */
const Fields = function Fields () {} as unknown as new () => Record<string, string | string[]>
Fields.prototype = Object.create(null) as object

/**
 * Gathers the fields of an answer, or its trailers, by their names in lower case; several of one name as a list.
 *
 * @param fields name, value, name, value…
 */
export function gatherFields (fields: readonly string[]): Record<string, string | string[]> {
  const headers = new Fields()
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i]!.toLowerCase()
    const value = fields[i + 1]!
    const before = headers[name]
    if (before === undefined) headers[name] = value
    else if (typeof before === 'string') headers[name] = [before, value]
    else before.push(value)
  }
  return headers
}

/** Lists headers by name, as interceptors give them, in the way of {@link gatherFields}' parameter. */
export function listFields (headers: Readonly<Record<string, string | string[] | undefined>>): string[] {
  const fields: string[] = []
  for (const [name, value] of Object.entries(headers)) {
    if (Array.isArray(value)) for (const one of value) fields.push(name, one)
    else if (value !== undefined) fields.push(name, value)
  }
  return fields
}

/** As undici gives them to handlers of its older protocol. */
export function toBuffers (fields: readonly string[]): Buffer[] {
  return fields.map((text) => Buffer.from(text, 'latin1'))
}
