import type { Place } from '@floodgate/core'
import type { Report } from '../locate/problem.ts'
import type { BackendKeys } from '@floodgate/settings'

/** What an endpoint does with the answers of its backends. */
export interface Answering {
  readonly place: Place
  readonly outputEncoding: string
  /** Whether answers of backends become one by this endpoint's own merge: not with one backend, and not a copy's. */
  readonly backends: readonly { readonly keys: BackendKeys, readonly encoding: string, readonly place: Place, readonly isShadow: boolean }[]
}

const shaping = ['target', 'allow', 'deny', 'mapping', 'group', 'is_collection'] as const

/**
 * Reports keys of backends that have no effect beside others, or undo each other: the reference takes them in silence.
 */
export function judgeShape ({ outputEncoding, backends }: Answering, report: Report): void {
  const groups = new Map<string, Place>()
  for (const { keys, encoding, place, isShadow } of backends) {
    const doubt = (key: string, message: string, instead: string | null): void => {
      report({ severity: 'warning', code: 'no-effect', place: [...place, key], at: 'key', message, instead })
    }
    if (isSet(keys.allow) && isSet(keys.deny)) doubt('deny', '"deny" has no effect beside "allow": only what "allow" names is kept', 'remove one of the two')
    if (encoding === 'no-op') {
      const ignored = shaping.filter((key) => isSet(keys[key]))
      for (const key of ignored) doubt(key, `"${key}" has no effect with the encoding no-op: the answer is passed on as it is`, `remove it, or choose another ${outputEncoding === 'no-op' ? 'output_encoding' : 'encoding'}`)
      if (outputEncoding !== 'no-op' && !isShadow) report({ severity: 'warning', code: 'no-op-decoded', place: [...place, 'encoding'], value: keys.encoding, message: `nothing of this backend's answer reaches clients: an answer of the encoding no-op is not decoded, and the endpoint's output encoding is ${outputEncoding}`, instead: 'set the endpoint\'s "output_encoding" to "no-op" too, or another encoding here' })
    }
    if (!keys.group || isShadow) continue
    const before = groups.get(keys.group)
    if (before === undefined) groups.set(keys.group, [...place, 'group'])
    else report({ severity: 'warning', code: 'same-group', place: [...place, 'group'], value: keys.group, message: `two backends put their answers under ${JSON.stringify(keys.group)}: only that of the later one is left`, instead: 'give each a group of its own', related: [before] })
  }
}

function isSet (value: unknown): boolean {
  return value !== undefined && value !== '' && value !== false && !(Array.isArray(value) && value.length === 0) && !(typeof value === 'object' && value !== null && Object.keys(value).length === 0)
}
