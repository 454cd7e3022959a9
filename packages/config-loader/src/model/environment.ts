import { ClientTlsOptions } from '@floodgate/http-client'
import { conform, foldKey, type Schema, serviceSchema } from '@floodgate/settings'

/** A key set by an environment variable. */
export interface Override {
  /** `KRAKEND_PORT` */
  readonly variable: string
  /** Path below the root: `['port']`, `['client_tls', 'min_version']`. */
  readonly path: readonly [string, ...string[]]
}

export interface Overridden {
  readonly value: Record<string, unknown>
  readonly overrides: readonly Override[]
  /** Variables that do not correspond to a key of the root. */
  readonly unknown: readonly Override[]
}

const prefix = 'KRAKEND_'

/**
 * Sets keys of the root from variables named `KRAKEND_<KEY>`, even if the file does not have them, as the reference
 * does (contrary to its documentation, which says "only when present"). A dot in the name goes one level down. Values
 * are strings and are converted like any other, a single value to a list of one.
 */
export function applyEnvironment (root: Record<string, unknown>, env: NodeJS.ProcessEnv): Overridden {
  const overrides: Override[] = []
  const unknown: Override[] = []
  let value = root
  for (const variable of Object.keys(env).filter((name) => name.startsWith(prefix)).sort()) {
    const path = variable.slice(prefix.length).toLowerCase().split('.') as [string, ...string[]]
    const text = env[variable]
    if (text === undefined) continue
    if (!Object.hasOwn(serviceSchema.properties, path[0])) {
      unknown.push({ variable, path })
      continue
    }
    value = setKey(value, path, typedValue(path, text))
    overrides.push({ variable, path })
  }
  return { value, overrides, unknown }
}

/** A variable can only contain a string: values that are not converted later, such as `client_tls`, are converted here. */
function typedValue ([root, key, ...rest]: readonly string[], text: string): unknown {
  const schema = root === 'client_tls' && rest.length === 0 ? (ClientTlsOptions.properties as Record<string, Schema>)[key ?? ''] : undefined
  // An invalid value is reported when `client_tls` is read.
  return schema === undefined ? text : conform(schema, text, [], () => {}) ?? text
}

/**
 * Copies an object with one key set; other spellings of the key are removed, and values on the way that are not objects
 * are replaced.
 */
function setKey (object: Record<string, unknown>, [key, ...rest]: readonly string[], item: unknown): Record<string, unknown> {
  const folded = foldKey(key!)
  const entries = Object.entries(object)
  const before = Object.hasOwn(object, key!) ? object[key!] : entries.findLast(([name]) => foldKey(name) === folded)?.[1]
  const below = typeof before === 'object' && before !== null && !Array.isArray(before) ? before as Record<string, unknown> : {}
  return Object.fromEntries([
    ...entries.filter(([name]) => foldKey(name) !== folded),
    [key!, rest.length === 0 ? item : setKey(below, rest, item)]
  ])
}
