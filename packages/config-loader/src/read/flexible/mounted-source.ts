import type { Place } from '@floodgate/core'
import { foldKey } from '@floodgate/settings'
import type { Source } from '../source.ts'

/** A part of a configuration that is included from another file. */
export interface Mount {
  /** Where it is in the configuration. */
  readonly place: Place
  readonly source: Source
  /** Where it is in its own file. */
  readonly base: Place
}

/** Combines a file and its includes to one source, with the positions in the files. */
export function createMountedSource (main: Source, value: unknown, mounts: readonly Mount[]): Source {
  const root: Mount = { place: [], source: main, base: [] }
  /** Finds the innermost mount that contains a place; a mounted key itself belongs to the outer file. */
  const find = (place: Place, at: 'key' | 'value') => {
    let best = root
    let rest = place
    for (const mount of mounts) {
      const matched = matchPrefix(place, mount.place)
      if (matched === -1 || (at === 'key' && matched === place.length) || mount.place.length < best.place.length) continue
      best = mount
      rest = place.slice(matched)
    }
    return { source: best.source, place: [...best.base, ...rest] }
  }
  return {
    file: main.file,
    text: JSON.stringify(value, null, 2),
    value,
    locate (place, at = 'value') {
      const found = find(place, at)
      return found.source.locate(found.place, at)
    },
    excerpt (place, at = 'value') {
      const found = find(place, at)
      return found.source.excerpt(found.place, at)
    },
    duplicates () {
      return [root, ...mounts].flatMap(({ place, source, base }) => source.duplicates()
        .filter((duplicate) => base.every((step, i) => duplicate.place[i] === step))
        .map((duplicate) => ({ ...duplicate, place: [...place, ...duplicate.place.slice(base.length)] })))
    },
    includes: [...new Set([...main.includes ?? [], ...mounts.map(({ source }) => source)])].filter((source) => source !== main)
  }
}

/**
 * Returns the number of steps of a place that lead to a mount; -1 if it is elsewhere. Keys are case-insensitive, and a
 * single value counts as a list of one, as for the loader.
 */
function matchPrefix (place: Place, mount: Place): number {
  let i = 0
  for (const step of mount) {
    if (typeof place[i] === 'number' && typeof step === 'string') i++
    const found = place[i++]
    if (typeof step === 'string' ? typeof found !== 'string' || foldKey(found) !== foldKey(step) : found !== step) return -1
  }
  return i
}
