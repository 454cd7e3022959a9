import { setKey } from './set-key.ts'

type Data = Record<string, unknown>

/**
 * Creates what renames fields of the first level, in the order of the configuration. The new name ends at its first
 * dot and overwrites a field that has it; a field renamed to itself is gone (both as in the reference).
 */
export function createMapping (mapping: Readonly<Record<string, string>>): (data: Data) => Data {
  const names = Object.entries(mapping).map(([from, to]) => [from, to.split('.', 1)[0]!] as const)
  return (data) => {
    for (const [from, to] of names) {
      if (!Object.hasOwn(data, from)) continue
      setKey(data, to, data[from])
      delete data[from]
    }
    return data
  }
}
