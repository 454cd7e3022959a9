import type { Place } from '@floodgate/core'
import type { Report } from '../locate/problem.ts'
import type { BackendKeys } from '@floodgate/settings'

/** How an endpoint processes the responses of its backends. */
export interface Answering {
  readonly place: Place
  readonly outputEncoding: string
  /** Whether this endpoint merges responses of backends: not with one backend, and not for shadow backends. */
  readonly backends: readonly { readonly keys: BackendKeys, readonly encoding: string, readonly place: Place, readonly isShadow: boolean }[]
}

const shaping = ['target', 'allow', 'deny', 'mapping', 'group', 'is_collection'] as const

/**
 * Reports keys of backends that have no effect together with others, or cancel each other: the reference accepts them
 * silently.
 */
export function checkShape ({ outputEncoding, backends }: Answering, report: Report): void {
  const groups = new Map<string, Place>()
  for (const { keys, encoding, place, isShadow } of backends) {
    const doubt = (key: string, message: string, instead: string | null): void => {
      report({ severity: 'warning', code: 'no-effect', place: [...place, key], at: 'key', message, instead })
    }
    if (isSet(keys.allow) && isSet(keys.deny)) {
      doubt('deny', '"deny" has no effect together with "allow": only the fields in "allow" are kept', 'remove one of the two')
    }
    if (encoding === 'no-op') {
      const ignored = shaping.filter((key) => isSet(keys[key]))
      for (const key of ignored) {
        doubt(
          key,
        `"${key}" has no effect with the encoding no-op: the response is passed on unchanged`,
        `remove it, or choose another ${outputEncoding === 'no-op' ? 'output_encoding' : 'encoding'}`
        )
      }
      if (outputEncoding !== 'no-op' && !isShadow) {
        report(
          {
            severity: 'warning',
            code: 'no-op-decoded',
            place: [...place, 'encoding'],
            value: keys.encoding,
            message: `this backend's response is dropped: with the encoding no-op it is not decoded, and the endpoint's output encoding is ${outputEncoding}`,
            instead: 'set the endpoint\'s "output_encoding" to "no-op" too, or another encoding here'
          }
        )
      }
    }
    if (!keys.group || isShadow) continue
    const before = groups.get(keys.group)
    if (before === undefined) groups.set(keys.group, [...place, 'group'])
    else {
      report(
        {
          severity: 'warning',
          code: 'same-group',
          place: [...place, 'group'],
          value: keys.group,
          message: `two backends use the group ${JSON.stringify(keys.group)}: only the response of the later one is kept`,
          instead: 'give each backend its own group',
          related: [before]
        }
      )
    }
  }
}

function isSet (value: unknown): boolean {
  return value !== undefined &&
    value !== '' &&
    value !== false &&
    !(Array.isArray(value) && value.length === 0) &&
    !(typeof value === 'object' && value !== null && Object.keys(value).length === 0)
}
