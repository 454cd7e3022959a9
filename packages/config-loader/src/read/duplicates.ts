import type { Place } from '@floodgate/core'
import { classOf, consequenceOf, foldKey, isComment, type Level, stopsStart } from '@floodgate/settings'
import type { Namespaces } from '../namespaces/namespaces.ts'
import type { Report } from '../locate/problem.ts'
import type { DuplicateKey, Source } from './source.ts'

/**
 * Reports duplicate keys of an object, of which the last one is used, as on the reference. It is an error if an earlier
 * `extra_config` has a namespace that must not be ignored, or an earlier protecting namespace has a key, that the last
 * one does not have.
 */
export function checkDuplicates (source: Source | null, namespaces: Namespaces, report: Report): void {
  for (const duplicate of source?.duplicates() ?? []) {
    const { place } = duplicate
    const lost = findLost(duplicate, namespaces)
    if (lost === null) {
      report(
        { severity: 'warning', code: 'duplicate-key', place, at: 'key', message: 'duplicate key: the last value is used' }
      )
    } else {
      namespaces.unsupported.add(lost.allow, {
        code: 'duplicate-key',
        place,
        at: 'key',
        message: `duplicate key, of which only the last value is used: ${JSON.stringify(lost.key)} of an earlier one has no effect, and ${consequenceOf(classOf(lost.name), levelOf(place))}`,
        instead: 'combine them in one object'
      }, [lost.name])
    }
  }
}

/** A part of an earlier value that must not be ignored: its key, its namespace, and the name to allow. */
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
