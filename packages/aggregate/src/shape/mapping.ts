import { setKey } from '@floodgate/core'

type Data = Record<string, unknown>

/**
 * Returns the new names of fields, in the order of the configuration; a new name ends at its first dot, as in the
 * reference.
 */
export function readNames (mapping: Readonly<Record<string, string>>): (readonly [from: string, to: string])[] {
  return Object.entries(mapping).map(([from, to]) => [from, to.split('.', 1)[0]!])
}

/**
 * Creates the function that renames fields of the first level, one after the other. A new name overwrites an existing
 * field; a field renamed to itself is removed (as in the reference).
 */
export function createMapping (mapping: Readonly<Record<string, string>>): (data: Data) => Data {
  const names = readNames(mapping)
  return (data) => {
    for (const [from, to] of names) {
      if (!Object.hasOwn(data, from)) continue
      setKey(data, to, data[from])
      delete data[from]
    }
    return data
  }
}
