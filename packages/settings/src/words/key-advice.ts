import type { Place } from '../place.ts'

/** Keys of other versions of the format. */
const renamed: Readonly<Record<string, string>> = {
  whitelist: 'allow',
  blacklist: 'deny',
  headers_to_pass: 'input_headers',
  querystring_params: 'input_query_strings'
}

/** Returns what to write instead of a key that is known for being a mistake; null for others. */
export function adviseKey (place: Place, key: string): string | null {
  if (Object.hasOwn(renamed, key)) return `it is "${renamed[key]}" in version 3`
  if (key === 'timeout' && place.at(-2) === 'backend') return 'a backend has no timeout of its own: the endpoint\'s holds for it'
  return null
}
