import type { Place } from '@floodgate/core'
import {
  backendSchema, classOf, closestWord, endpointSchema, foldKey, formatPlace, isComment, isObject, type Level,
  resolveName, serviceSchema, stopsStart, weakList, weakObject
} from '@floodgate/settings'
import { reportMisplaced } from './report-misplaced.ts'
import { clientNamespace, intoWhich, tablesOf, type Namespaces } from './namespaces.ts'
import type { Report } from '../locate/problem.ts'
import { recogniseByKeys } from './recognise-by-keys.ts'

/** The context in which found keys are checked and reported. */
export interface Search {
  readonly namespaces: Namespaces
  readonly report: Report
}

/** A key that is not read. */
interface UnreadKey {
  readonly key: string
  readonly value: unknown
  readonly level: Level
  readonly place: Place
}

/**
 * Finds settings of namespaces at places where they are not read: beside `extra_config` instead of in it, under a
 * misspelt `extra_config`, as objects within objects (`auth: { validator: … }`), or under any unknown key. It checks
 * the keys of the root, of endpoints and of backends, and their direct values.
 *
 * @returns places of the reported keys, as key paths: they need not be reported otherwise
 */
export function findMisplaced (root: Record<string, unknown>, search: Search): ReadonlySet<string> {
  const found = new Set<string>()
  for (const { object, level, place } of walkLevels(root)) {
    for (const key of checkLevel(object, level, place, search)) found.add(formatPlace([...place, key]))
  }
  return found
}

interface LevelObject {
  readonly object: Record<string, unknown>
  readonly level: Level
  readonly place: Place
}

const properties = { service: serviceSchema.properties, endpoint: endpointSchema.properties, backend: backendSchema.properties } as const

/** Returns the root, its endpoints and their backends, if they are objects. */
function * walkLevels (root: Record<string, unknown>): Generator<LevelObject> {
  yield { object: root, level: 'service', place: [] }
  for (const { object: endpoint, place } of members(root, 'endpoints', [])) {
    yield { object: endpoint, level: 'endpoint', place }
    for (const { object: backend, place: at } of members(endpoint, 'backend', place)) yield { object: backend, level: 'backend', place: at }
  }
}

function members (object: Record<string, unknown>, key: string, place: Place): { object: Record<string, unknown>, place: Place }[] {
  const value = Object.hasOwn(object, key) ? object[key] : Object.entries(object).findLast(([name]) => foldKey(name) === key)?.[1]
  if (value === undefined || value === null) return []
  return weakList(value).flatMap((item, i) => isObject(item) ? [{ object: item, place: [...place, key, i] }] : [])
}

/** Checks the unknown keys of a level. Returns those that were reported. */
function checkLevel (object: Record<string, unknown>, level: Level, place: Place, search: Search): string[] {
  const known: Readonly<Record<string, unknown>> = properties[level]
  const unread = Object.entries(object)
    .filter(([key, value]) => value !== null && !isComment(key) && !Object.hasOwn(known, foldKey(key)))
    .map(([key, value]): UnreadKey => ({ key, value, level, place: [...place, key] }))
  for (const key of unusedSpellings(object)) {
    checkContainer(
      { key, value: object[key], level, place: [...place, key] },
      `${JSON.stringify(key)} is not read, because there is also "extra_config"`,
      search
    )
  }
  const recognised = recogniseByKeys(Object.fromEntries(unread.map(({ key, value }) => [key, value])))
  const characteristic = recognised === null ? [] : unread.filter(({ key }) => recognised.by.includes(foldKey(key)))
  const others = unread.filter((one) => !characteristic.includes(one) && findInUnreadKey(one, search))
  if (recognised !== null) {
    const value = Object.fromEntries(unread.filter((one) => !others.includes(one)).map(({ key, value }) => [key, value]))
    reportRecognised(
      recognised.name,
      { ...characteristic[0]!, value },
      `${recognised.by.map((key) => JSON.stringify(key)).join(' and ')} look like settings of ${JSON.stringify(recognised.name)}, but directly in ${the(level)} they have no effect`,
      search,
      recognised.name
    )
  }
  return [...characteristic, ...others].map(({ key }) => key)
}

/** Spellings of `extra_config` that are overridden by another one in the same object. */
function unusedSpellings (object: Record<string, unknown>): string[] {
  const spellings = Object.keys(object).filter((key) => foldKey(key) === 'extra_config')
  if (spellings.length < 2) return []
  const used = spellings.includes('extra_config') ? 'extra_config' : spellings.at(-1)
  return spellings.filter((key) => key !== used && object[key] !== null)
}

function the (level: Level): string {
  return level === 'service' ? 'the root' : level === 'endpoint' ? 'an endpoint' : 'a backend'
}

/** Checks an unknown key beside `extra_config`; true if it was reported. */
function findInUnreadKey (unread: UnreadKey, search: Search): boolean {
  const { key, value } = unread
  if (isNearExtraConfig(key) && checkContainer(unread, `unknown key ${JSON.stringify(key)} (did you mean "extra_config"?)`, search)) {
    return true
  }
  const resolved = resolveName(key, search.namespaces.names)
  if (resolved !== null && (key.includes('/') || typeof value === 'object') && classOf(resolved.name) !== null) {
    const { name, how } = resolved
    reportMisplaced(
      {
        ...unread,
        name,
        written: key,
        message: how === 'exact'
          ? `${JSON.stringify(key)} is written beside "extra_config" instead of in it: it has no effect`
          : `unknown key ${JSON.stringify(key)} (did you mean ${JSON.stringify(name)} in "extra_config"?): it has no effect`
      },
      search.namespaces,
      search.report
    )
    return true
  }
  return checkUnknownKey(unread, search)
}

function isNearExtraConfig (key: string): boolean {
  return closestWord(key.replace(/([a-z])([A-Z])/g, '$1_$2').replace(/[^a-z\d]+/gi, '_'), ['extra_config']) !== null
}

/**
 * Checks a key that is not the name of a namespace, in `extra_config` or beside it, by its value; true if it was
 * reported.
 */
export function checkUnknownKey (unread: UnreadKey, search: Search): boolean {
  const { key, value, level } = unread
  const client = clientKeyOf(key, value)
  if (client !== null) {
    reportRecognised(client, unread, `unknown key ${JSON.stringify(key)} in ${the(level)}: it has no effect`, search)
    return true
  }
  if (checkNested(unread, search)) return true
  // Values of names with a slash are settings of a namespace that another component may read.
  if (!key.includes('/') && checkContainer(unread, `unknown key ${JSON.stringify(key)}`, search)) return true
  const recognised = recogniseByKeys(value)
  if (recognised === null || (recognised.name === 'tls' && level !== 'service')) return false
  reportRecognised(
    recognised.name,
    unread,
    `unknown key ${JSON.stringify(key)}: ${recognised.by.map((key) => JSON.stringify(key)).join(' and ')} in it look like settings of ${JSON.stringify(recognised.name)}, but they have no effect`,
    search
  )
  return true
}

/** Keys of `backend/http/client` that change how a backend is called; null for others. */
function clientKeyOf (key: string, value: unknown): 'client_tls' | 'proxy_address' | null {
  const name = foldKey(key.replace(/([a-z])([A-Z])/g, '$1_$2')).replace(/[^a-z]+/g, '_')
  if (name === 'proxy_address') return name
  return isObject(value) && closestWord(name, ['client_tls']) !== null ? 'client_tls' : null
}

/** `auth: { validator: … }`: the parts of a name as nested objects. */
function checkNested ({ key, value, level, place }: UnreadKey, search: Search): boolean {
  const { namespaces: { names } } = search
  const prefix = `${foldKey(key)}/`
  if (!isObject(value) || ![...names.keys()].some((name) => name.startsWith(prefix))) return false
  let found = false
  for (const [step, item] of Object.entries(value)) {
    if (isComment(step) || item === null) continue
    const name = names.get(prefix + foldKey(step))
    const inner = { key: prefix + step, value: item, level, place: [...place, step] }
    const isReported = name === undefined
      ? checkNested(inner, search)
      : report(name, inner)
    found ||= isReported
  }
  return found

  function report (name: string, inner: UnreadKey): boolean {
    if (classOf(name) === null) return false
    reportMisplaced(
      { ...inner, name, written: name, message: `${JSON.stringify(name)} is written as nested objects: it has no effect` },
      search.namespaces,
      search.report
    )
    return true
  }
}

/**
 * Finds namespaces in an object that is not read. Names without a slash, and misspelt names, only count as namespaces
 * in a misspelt `extra_config`.
 */
function checkContainer ({ key, value, level, place }: UnreadKey, why: string, { namespaces, report }: Search): boolean {
  const object = Array.isArray(value) || isObject(value) ? weakObject(value) : undefined
  if (object === undefined) return false
  const isExtra = foldKey(key) === 'extra_config' || isNearExtraConfig(key)
  let found = false
  for (const [name, item] of Object.entries(object)) {
    if (isComment(name) || item === null) continue
    const resolved = resolveName(name, namespaces.names)
    const meant = resolved === null
      ? (isExtra ? name : null)
      : isExtra || (resolved.how === 'exact' && name.includes('/'))
        ? resolved.name
        : null
    if (meant === null || !stopsStart(classOf(meant))) continue
    found = true
    reportMisplaced(
      {
        name: meant,
        written: name,
        level,
        place: [...place, name],
        value: item,
        message: `${why}: ${JSON.stringify(name)} in it has no effect`
      },
      namespaces,
      report
    )
  }
  return found
}

/** Reports settings that were recognized by their keys. */
function reportRecognised (
  name: string,
  { key, value, level, place }: UnreadKey,
  message: string,
  { namespaces, report }: Search,
  written = key
): void {
  if (name !== 'tls' && name !== 'client_tls' && name !== 'proxy_address') {
    reportMisplaced({ name, written, level, place, value, message }, namespaces, report)
    return
  }
  const ofRoot = name === 'tls' || (name === 'client_tls' && level === 'service')
  namespaces.unsupported.add(written, {
    code: 'misplaced-key',
    place,
    at: 'key',
    message: `${message}, and ${name === 'tls' ? 'clients would be served without these TLS settings' : name === 'client_tls' ? 'backends would be called without these TLS settings' : 'backends would be called without this proxy'}`,
    ...ofRoot
      ? { instead: 'write it at the root:', write: { path: [name], value, tables: [] } }
      : {
          instead: `it belongs to ${JSON.stringify(clientNamespace)} in the extra_config of a backend; write it ${level === 'backend' ? 'in this backend' : intoWhich('backend', level)}:`,
          write: { path: ['extra_config', clientNamespace], value: { [name]: value }, tables: tablesOf('backend') }
        }
  }, [name, ...ofRoot ? [] : [clientNamespace]])
}
