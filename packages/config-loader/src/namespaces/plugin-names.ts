import type { Place } from '@floodgate/core'
import { describePlugin } from './enterprise.ts'
import { consequenceOf, isObject, type Level, weakList } from '@floodgate/settings'
import type { Namespaces } from './namespaces.ts'
import { findTranslation } from '../plugins/translate-plugins.ts'
import type { Report } from '../locate/problem.ts'

/** Namespaces whose `name` lists plugins that process requests or responses. */
export const pluginNamespaces: ReadonlySet<string> = new Set(['plugin/http-server', 'plugin/middleware', 'plugin/req-resp-modifier'])

/** Plugins of the reference that are harmless to omit: requests are not found, but nothing is exposed. */
const harmless: ReadonlySet<string> = new Set(['static-filesystem', 'url-rewrite', 'wildcard'])

/** Replacements for plugins of the reference. */
const replacements: Readonly<Record<string, string>> = {
  'basic-auth': '"auth/basic"',
  'jwk-aggregator': 'a separate "jwk_url" for each endpoint\'s "auth/validator"',
  'response-schema-validator': '"validation/response-json-schema" with the same "schema" and "error"',
  'redis-ratelimit': '"qos/ratelimit/service/redis" or "qos/ratelimit/router/redis"'
}

/** Remedy for a plugin, for users of the command and of the Fastify plugin. */
export const pluginAdvice = 'Go plugins are not supported: remove it; an app that embeds the gateway can pass a feature with the same function'

export interface PluginNames {
  /** Names that are implemented here; undefined = unknown, so they are not checked. */
  readonly served: readonly string[] | undefined
  readonly level: Level
}

/**
 * Checks the plugins that a namespace enables. The reference starts without a plugin that it does not find. Here that
 * is an error, because the purpose of a plugin is not known by its name, unless the plugin is known to be harmless.
 *
 * @param place of the namespace's settings
 */
export function checkPlugins (
  namespace: string,
  settings: unknown,
  place: Place,
  { served, level }: PluginNames,
  namespaces: Namespaces,
  report: Report
): void {
  const { unsupported } = namespaces
  if (served === undefined) return
  const { name: listed } = (settings ?? {}) as { name?: unknown }
  const names = listed === undefined || listed === null ? [] : weakList(listed)
  for (const key of isObject(settings) ? Object.keys(settings) : []) {
    if (names.includes(key) || findTranslation(namespace, key, level, namespaces) === null) continue
    report({
      severity: 'warning',
      code: 'no-effect',
      place: [...place, key],
      at: 'key',
      message: 'has no effect, because "name" does not list it',
      instead: `add ${JSON.stringify(key)} to "name", or remove it`,
      strict: true
    })
  }
  names.forEach((name, i) => {
    if (typeof name !== 'string' || served.includes(name) || findTranslation(namespace, name, level, namespaces) !== null) return
    const at = { code: 'unsupported-plugin', place: Array.isArray(listed) ? [...place, 'name', i] : [...place, 'name'], value: name }
    const message = `${describePlugin(name)}: it has no effect`
    if (harmless.has(name)) {
      if (!unsupported.allows(name, namespace)) report({ ...at, severity: 'warning', strict: true, message, instead: pluginAdvice })
      return
    }
    const same = replacements[name]
    unsupported.add(
      name,
      {
        ...at,
        message: `${message}, and ${consequenceOf('guards', level)} if it checks anything`,
        instead: same === undefined ? pluginAdvice : `use ${same}`
      },
      [namespace]
    )
  })
}
