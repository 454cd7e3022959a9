import type { Place } from '@floodgate/core'
import { describePlugin } from './enterprise.ts'
import { consequenceOf, type Level, weakList } from '@floodgate/settings'
import type { Namespaces } from './namespaces.ts'
import type { Report } from '../locate/problem.ts'

/** Namespaces whose `name` lists plugins that a request or an answer passes. */
export const pluginNamespaces: ReadonlySet<string> = new Set(['plugin/http-server', 'plugin/middleware', 'plugin/req-resp-modifier'])

/** Plugins of the reference without which a request is not found, and nothing is opened. */
const harmless: ReadonlySet<string> = new Set(['static-filesystem', 'url-rewrite', 'wildcard'])

/** What does the work of a plugin of the reference here. */
const replacements: Readonly<Record<string, string>> = {
  'basic-auth': '"auth/basic"',
  'jwk-aggregator': 'a "jwk_url" of its own for each endpoint\'s "auth/validator"',
  'response-schema-validator': '"validation/response-json-schema" with the same "schema" and "error"',
  'redis-ratelimit': '"qos/ratelimit/service/redis" or "qos/ratelimit/router/redis"'
}

/** What to do about a plugin, for users of the command and of the plugin. */
export const pluginAdvice = 'Go plugins cannot run here: remove it; an app that embeds the gateway can pass a feature that does its work'

export interface PluginNames {
  /** Names that are served here; undefined = nobody says, so they are not judged. */
  readonly served: readonly string[] | undefined
  readonly level: Level
}

/**
 * Judges the plugins that a namespace switches on. The reference goes on without a plugin that it does not find. Here it
 * stops the start, because a name does not tell what a plugin checks, unless the plugin is known to be harmless.
 *
 * @param place of the namespace's settings
 */
export function judgePlugins (namespace: string, settings: unknown, place: Place, { served, level }: PluginNames, { unsupported }: Namespaces, report: Report): void {
  if (served === undefined) return
  const { name: listed } = (settings ?? {}) as { name?: unknown }
  const names = listed === undefined || listed === null ? [] : weakList(listed)
  names.forEach((name, i) => {
    if (typeof name !== 'string' || served.includes(name)) return
    const at = { code: 'unsupported-plugin', place: Array.isArray(listed) ? [...place, 'name', i] : [...place, 'name'], value: name }
    const message = `${describePlugin(name)}: it has no effect`
    if (harmless.has(name)) {
      if (!unsupported.allows(name, namespace)) report({ ...at, severity: 'warning', strict: true, message, instead: pluginAdvice })
      return
    }
    const same = replacements[name]
    unsupported.add(name, { ...at, message: `${message}, and ${consequenceOf('guards', level)} if it checks anything`, instead: same === undefined ? pluginAdvice : `use ${same}` }, [namespace])
  })
}
