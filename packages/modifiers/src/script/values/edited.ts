import { findWrongHeaders, type Headers } from '@floodgate/core'

/** Fields that frame a message: they follow from its body. */
const framing: ReadonlySet<string> = new Set(['content-length', 'transfer-encoding', 'connection', 'keep-alive', 'upgrade', 'trailer', 'te'])

/**
 * Takes header fields that a script has edited: names in lower case, values as texts.
 *
 * @param before the fields as they were: those that frame the message must be the same
 * @throws {Error} a field cannot be sent
 */
export function takeHeaders (edited: Readonly<Record<string, unknown>>, before: Readonly<Headers>): Headers {
  const headers: Headers = {}
  for (const given in edited) {
    const value = edited[given]
    if (value === undefined || value === null) continue
    const name = given.toLowerCase()
    const text = typeof value === 'string' ? value : Array.isArray(value) ? value.map(String) : String(value as number)
    if (text === before[name]) { headers[name] = text; continue }
    const wrong = findWrongHeaders({ [name]: text })
    if (wrong !== null) throw new TypeError(`it ${wrong}`)
    if (framing.has(name) && String(before[name]) !== String(text)) throw new TypeError(`it set the header "${name}", which follows from the body: use setBody()`)
    headers[name] = text
  }
  return headers
}

/**
 * Takes parameters, or query parameters, that a script has edited: values as texts; undefined and null are none.
 */
export function takeParams (edited: Readonly<Record<string, unknown>>): Record<string, string> {
  const params: Record<string, string> = {}
  for (const [name, value] of Object.entries(edited)) if (value !== undefined && value !== null) params[name] = String(value as string)
  return params
}

/** @returns null without a parameter */
export function takeQuery (edited: Readonly<Record<string, unknown>>): Record<string, string[]> | null {
  let query: Record<string, string[]> | null = null
  for (const [name, value] of Object.entries(edited)) {
    if (value === undefined || value === null) continue
    (query ??= Object.create(null) as Record<string, string[]>)[name] = Array.isArray(value) ? value.map(String) : [String(value as string)]
  }
  return query
}

/** Copies query parameters for a script. Names are the client's: nothing is inherited. */
export function copyQuery (query: Readonly<Record<string, readonly string[]>> | null): Record<string, string[]> {
  const copy = Object.create(null) as Record<string, string[]>
  for (const name in query) copy[name] = [...query[name]!]
  return copy
}
