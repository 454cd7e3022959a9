import type { Place } from '@floodgate/core'
import { foldKey, isObject, type Level, weakList } from '@floodgate/settings'
import { clientNamespace, type Namespaces } from '../namespaces/namespaces.ts'
import type { Report } from '../locate/problem.ts'
import type { Move } from './moves.ts'
import type { Translated, Translation } from './translation.ts'
import { translations } from './translations.ts'

type Members = Record<string, unknown>

export interface TranslatedRoot {
  /** The configuration, with the settings of such plugins in today's namespaces; the plugins' own stay where they are. */
  readonly root: Members
  readonly moves: readonly Move[]
}

/** Finds what a plugin is translated to, if that is implemented at this level. */
export function findTranslation (
  namespace: string,
  plugin: unknown,
  level: Level,
  { features }: Pick<Namespaces, 'features'>
): Translation | null {
  const found = translations.find((one) => one.namespace === namespace && one.plugin === plugin && one.levels.includes(level))
  if (found === undefined) return null
  return found.target === clientNamespace || features.get(found.target)?.schemas[level] !== undefined ? found : null
}

/** Whether all plugins that settings of a plugin namespace enable are read as settings of implemented namespaces. */
export function isTranslated (namespace: string, settings: unknown, implemented: ReadonlySet<string>): boolean {
  const names = pluginNames(settings)
  return names.length > 0 &&
    names.every((name) => translations.some((one) => one.namespace === namespace && one.plugin === name && implemented.has(one.target)))
}

/** Names of the plugins that settings of a plugin namespace enable. */
export function pluginNames (settings: unknown): unknown[] {
  const name = isObject(settings) ? memberOf(settings, 'name')?.[1] : undefined
  return name === undefined || name === null ? [] : weakList(name)
}

/**
 * Translates plugins of the reference that are settings today: to the namespaces that have replaced them, at the same
 * place. A configuration without them is returned as it is.
 */
export function translatePlugins (root: Members, namespaces: Namespaces, report: Report): TranslatedRoot {
  const moves: Move[] = []
  const pending: [Translated, Place][] = []
  let translated = translateHolder(root, 'service', [])
  translated = eachItem(translated, 'endpoints', [], (endpoint, place) =>
    eachItem(translateHolder(endpoint, 'endpoint', place), 'backend', place, (backend, place) => translateHolder(backend, 'backend', place)))
  for (const [{ endpoints }, place] of pending) translated = toEndpoints(translated, endpoints!, place)
  return { root: translated, moves }

  function translateHolder (holder: Members, level: Level, place: Place): Members {
    const extra = memberOf(holder, 'extra_config')
    if (extra === undefined || !isObject(extra[1])) return holder
    let settings = extra[1]
    for (const [key, value] of Object.entries(extra[1])) {
      const namespace = namespaces.names.get(foldKey(key)) ?? key
      for (const plugin of new Set(pluginNames(value))) {
        const translation = findTranslation(namespace, plugin, level, namespaces)
        if (translation === null) continue
        const own = memberOf(value as Members, String(plugin))
        const from = [...place, 'extra_config', namespace, ...own === undefined ? ['name'] : [own[0]]]
        settings = apply(settings, translation, own?.[1], { place: [...place, 'extra_config'], from, level })
      }
    }
    return settings === extra[1] ? holder : { ...holder, [extra[0]]: settings }
  }

  function apply (
    extra: Members,
    translation: Translation,
    given: unknown,
    { place, from, level }: { place: Place, from: Place, level: Level }
  ): Members {
    const { plugin, today } = translation
    const translated = translation.translate(given)
    if ('refused' in translated) {
      const { refused, instead } = translated
      const at = given === undefined ? from : [...from, ...translated.place]
      namespaces.unsupported.add(plugin, {
        code: 'unsupported-plugin',
        place: at,
        ...'value' in translated && { value: translated.value },
        message: `the plugin ${JSON.stringify(plugin)} ${refused}`,
        instead
      }, [translation.namespace])
      return extra
    }
    let result = extra
    for (const [namespace, settings] of Object.entries(translated.settings)) {
      const before = Object.entries(result).find(([key]) => (namespaces.names.get(foldKey(key)) ?? key) === namespace)
      const merged = before === undefined ? settings : merge(namespace, before[1], settings)
      if (merged === null) {
        report({
          severity: 'error',
          code: 'duplicate-key',
          place: from,
          at: 'key',
          message: `the plugin ${JSON.stringify(plugin)} is ${JSON.stringify(namespace)} today, which is configured ${nameLevel(level)} as well`,
          instead: `keep ${today}, and remove the plugin`,
          related: [[...place, namespace]]
        })
        return extra
      }
      result = { ...result, [before?.[0] ?? namespace]: merged }
    }
    for (const [to, at] of translated.moves ?? []) {
      moves.push({ to: [...place, ...to], ...given === undefined ? { from, isWhole: true } : { from: [...from, ...at] } })
    }
    if (translated.endpoints !== undefined) pending.push([translated, from])
    return result
  }

  /** Adds settings to endpoints that have none of that namespace. */
  function toEndpoints (root: Members, { settings, paths, place }: NonNullable<Translated['endpoints']>, from: Place): Members {
    const missing = new Set(paths)
    const result = eachItem(root, 'endpoints', [], (endpoint, at) => {
      const path = memberOf(endpoint, 'endpoint')?.[1]
      if (paths !== null && !paths.includes(path as string)) return endpoint
      missing.delete(path as string)
      const extra = memberOf(endpoint, 'extra_config')
      const own = isObject(extra?.[1]) ? extra[1] : {}
      const added = Object.entries(settings).filter(
        ([namespace]) => !Object.keys(own).some((key) => (namespaces.names.get(foldKey(key)) ?? key) === namespace)
      )
      for (const [namespace] of added) moves.push({ to: [...at, 'extra_config', namespace], from })
      return added.length === 0 ? endpoint : { ...endpoint, [extra?.[0] ?? 'extra_config']: { ...own, ...Object.fromEntries(added) } }
    })
    for (const path of missing) {
      report({
        severity: 'error',
        code: 'unknown-endpoint',
        place: [...from, ...place, paths!.indexOf(path)],
        value: path,
        message: `no endpoint has the path ${JSON.stringify(path)}: nothing would be protected by it`,
        instead: 'write the path as in "endpoint", with its {parameters}'
      })
    }
    return result
  }
}

/** Changes the objects of a list, or the only one; the holder is copied if one of them changes. */
function eachItem (holder: Members, key: string, place: Place, change: (item: Members, place: Place) => Members): Members {
  const member = memberOf(holder, key)
  if (member === undefined || member[1] === null) return holder
  const items = weakList(member[1])
  const changed = items.map((item, i) => isObject(item) ? change(item, [...place, key, i]) : item)
  return changed.every((item, i) => item === items[i]) ? holder : { ...holder, [member[0]]: changed }
}

/** Keys are case-insensitive, and the last of several counts. */
function memberOf (object: Members, key: string): [string, unknown] | undefined {
  if (Object.hasOwn(object, key)) return [key, object[key]]
  return Object.entries(object).findLast(([name]) => foldKey(name) === foldKey(key))
}

/** Merges settings with those that are there; null = both cannot apply. */
function merge (namespace: string, before: unknown, settings: unknown): unknown {
  if (!isObject(before) || !isObject(settings)) return null
  if (namespace === 'redis') {
    const pools = memberOf(before, 'connection_pools')
    const added = settings['connection_pools'] as unknown[]
    return { ...before, [pools?.[0] ?? 'connection_pools']: [...pools === undefined ? [] : weakList(pools[1]), ...added] }
  }
  if (namespace !== clientNamespace || Object.keys(settings).some((key) => memberOf(before, key) !== undefined)) return null
  return { ...before, ...settings }
}

function nameLevel (level: Level): string {
  return level === 'service' ? 'at the root' : `in this ${level}`
}
