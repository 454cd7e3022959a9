import type { Place } from '@floodgate/core'
import { classOf, consequenceOf, foldKey, isComment, type Level, stopsStart } from '@floodgate/settings'
import type { Namespaces } from '../namespaces/namespaces.ts'
import type { Report } from '../locate/problem.ts'
import type { DuplicateKey, Source } from './source.ts'

/**
 * Reports keys that stand more than once in their object, of which the last one counts, as on the reference. Where an
 * earlier `extra_config` holds a namespace that stops the start while it has no effect, or an earlier guard a key, and
 * the last one does not, the start stops.
 */
export function judgeDuplicates (source: Source | null, namespaces: Namespaces, report: Report): void {
  for (const duplicate of source?.duplicates() ?? []) {
    const { place } = duplicate
    const lost = findLost(duplicate, namespaces)
    if (lost === null) report({ severity: 'warning', code: 'duplicate-key', place, at: 'key', message: 'stands here more than once: the last one counts' })
    else {
      namespaces.unsupported.add(lost.allow, {
        code: 'duplicate-key',
        place,
        at: 'key',
        message: `stands here more than once, and only the last one counts: ${JSON.stringify(lost.key)} of an earlier one has no effect, and ${consequenceOf(classOf(lost.name), levelOf(place))}`,
        instead: 'write all of it in one object'
      }, [lost.name])
    }
  }
}

/** What of an earlier value may not be lost: its key, its namespace, and what to allow by name to start without it. */
function findLost ({ place, lost }: DuplicateKey, { names }: Namespaces): { key: string, name: string, allow: string } | null {
  const isExtra = (at: number) => foldKey(String(place.at(at))) === 'extra_config'
  const nameOf = (key: string) => names.get(foldKey(key)) ?? key
  if (isExtra(-1)) {
    const key = lost.find((key) => !isComment(key) && stopsStart(classOf(nameOf(key))))
    return key === undefined ? null : { key, name: nameOf(key), allow: nameOf(key) }
  }
  const name = nameOf(String(place.at(-1)))
  const key = lost.find((key) => !isComment(key))
  return key !== undefined && isExtra(-2) && classOf(name) === 'guards' ? { key, name, allow: `${name}.${key}` } : null
}

function levelOf (place: Place): Level {
  return place.includes('backend') ? 'backend' : place[0] === 'endpoints' ? 'endpoint' : 'service'
}
