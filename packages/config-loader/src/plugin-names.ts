import type { Place } from '@floodgate/core'
import type { Report } from './problem.ts'
import { weakList } from './weak-values.ts'

/** Namespaces whose `name` lists plugins that a request passes on its way in. */
export const pluginNamespaces: ReadonlySet<string> = new Set(['plugin/http-server', 'plugin/middleware', 'plugin/req-resp-modifier'])

/** Plugins of the reference that let in only who may, or let out only what may; what does the same here, if anything. */
const guards: Readonly<Record<string, string | null>> = {
  'basic-auth': '"auth/basic"',
  'content-replacer': null,
  geoip: null,
  'ip-filter': null,
  'jwk-aggregator': 'a "jwk_url" of its own for each endpoint\'s "auth/validator"',
  'redis-ratelimit': '"qos/ratelimit/service/redis" or "qos/ratelimit/router/redis"',
  'response-schema-validator': null
}

/** Words by which a team's own plugins say that they guard something; hyphens and underscores are left out. */
const guardingWords = /auth|jw[kst]|token|apikey|acl|rbac|abac|ipfilter|geoip|geoblock|allowlist|whitelist|denylist|blacklist|blocklist|firewall|waf|ratelimit|throttl|quota|csrf|hmac|signature|validat|verif|secur|guard|permission|protect|mtls|policy|policies/

export interface PluginNames {
  /** Names that are served here; undefined = nobody says, so they are not judged. */
  readonly served: readonly string[] | undefined
  /** Names that may go without. */
  readonly allowed: ReadonlySet<string>
}

/**
 * Judges the plugins that a namespace switches on. The reference goes on without a plugin that it does not find; so
 * does this gateway with a warning, but where the name says that the plugin guards something it stops the start.
 *
 * @param place of the namespace's settings
 */
export function judgePlugins (namespace: string, settings: unknown, place: Place, { served, allowed }: PluginNames, report: Report): void {
  if (served === undefined) return
  const { name: listed } = (settings ?? {}) as { name?: unknown }
  const names = listed === undefined || listed === null ? [] : weakList(listed)
  names.forEach((name, i) => {
    if (typeof name !== 'string' || served.includes(name)) return
    const at = { code: 'unsupported-plugin', place: Array.isArray(listed) ? [...place, 'name', i] : [...place, 'name'], value: name }
    const message = `the plugin ${JSON.stringify(name)} is not implemented by this gateway and has no effect`
    if (!isGuard(name)) {
      report({ ...at, severity: 'warning', message, instead: 'Go plugins cannot run here: pass a feature of your own' })
    } else if (allowed.has(name) || allowed.has(namespace)) {
      report({ ...at, severity: 'warning', message: `${message}; allowed by allowUnsupported` })
    } else {
      const same = guards[name]
      report({ ...at, severity: 'error', message: `${message}, and what it guards would be open`, instead: `${same ? `use ${same}; or ` : ''}remove it, or allow it by name (allowUnsupported: [${JSON.stringify(name)}]) if something else does its work` })
    }
  })
}

function isGuard (name: string): boolean {
  return Object.hasOwn(guards, name) || guardingWords.test(name.toLowerCase().replace(/[-_. ]/g, ''))
}
