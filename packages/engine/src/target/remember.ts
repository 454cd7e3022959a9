/** More names are not remembered. */
const MOST = 4096

/** Remembers what is known of a name; where there are too many, the one that was added first is forgotten. */
export function remember <Known> (names: Map<string, Known>, name: string, known: Known): void {
  if (!names.has(name) && names.size >= MOST) names.delete(names.keys().next().value!)
  names.set(name, known)
}
