import { distanceOf } from '../words/did-you-mean.ts'
import { foldKey } from '../words/fold-key.ts'
import { classOf } from './namespace-class.ts'

/** A key that stands for a namespace. */
export interface ResolvedName {
  /** Today's name of the namespace. */
  readonly name: string
  /**
   * `exact`: it is the name, old or new, in any case. `near`: it is a misspelling of it. `retired`: this name is no
   * longer read.
   */
  readonly how: 'exact' | 'near' | 'retired'
}

/** Names of version 1 that KrakenD does not read any more, whatever library of limits they named. */
const retired = /(?:^|\/)krakend\/ratelimit\/(?:.*\/)?(router|proxy)$/

/**
 * Finds the namespace that a key stands for: by its name, by the name with other separators (`auth_validator`,
 * `authValidator`), by the nearest name, or by its last parts (`http/client`). Null when no name is near.
 *
 * @param names today's name of each known name, old or new, by its spelling without case
 */
export function resolveName (key: string, names: ReadonlyMap<string, string>): ResolvedName | null {
  const folded = foldKey(key)
  const exact = names.get(folded)
  if (exact !== undefined) return { name: exact, how: 'exact' }
  const plain = separated(key)
  const limit = retired.exec(plain)?.[1]
  if (limit !== undefined) return { name: `qos/ratelimit/${limit}`, how: 'retired' }
  for (const [spelling, name] of names) if (separated(spelling) === plain) return { name, how: 'near' }
  const near = nearestName(folded, plain.includes('/'), names) ?? nameThatEndsWith(folded, names)
  return near === null ? null : { name: near, how: 'near' }
}

/** The one name of today that ends with these parts: `http/client`, `validator`. A single word stands only for what guards. */
function nameThatEndsWith (key: string, names: ReadonlyMap<string, string>): string | null {
  const found = [...names].flatMap(([spelling, name]) => spelling === foldKey(name) && spelling.endsWith(`/${key}`) ? [name] : [])
  return found.length === 1 && (key.includes('/') || classOf(found[0]!) === 'guards') ? found[0]! : null
}

/** A name without regard to case and to what separates its words. */
function separated (name: string): string {
  return foldKey(name.trim().replace(/([a-z\d])([A-Z])/g, '$1/$2')).replace(/[^a-z\d]+/g, '/').replace(/^\/|\/$/g, '')
}

function nearestName (key: string, hasParts: boolean, names: ReadonlyMap<string, string>): string | null {
  let best: string | null = null
  let least = Infinity
  for (const [spelling, name] of names) {
    const apart = distanceOf(key, spelling)
    if (apart < least &&
      apart <= (hasParts && spelling.includes('/') && name.length === spelling.length
        ? Math.floor(spelling.length / 3)
        : strict(spelling))) {
      [best, least] = [name, apart]
    }
  }
  return best
}

/**
 * How many letters may differ in a plain word, and in a name of version 1, whose long beginnings are all the same.
 * In other names it is a third: a name with a slash is not written by chance.
 */
function strict (name: string): number {
  return name.length < 6 ? 1 : 2
}
