import type { ExtraConfig, Place } from '@floodgate/core'
import type { FeatureSchema } from './feature-schemas.ts'
import { foldKey, isComment } from './fold-key.ts'
import { judgeSettings } from './judge-settings.ts'
import { knownNamespaces } from './known-namespaces.ts'
import { legacyNamespaces } from './legacy-namespaces.ts'
import type { Level } from './levels.ts'
import { judgePlugins, pluginNamespaces } from './plugin-names.ts'
import type { ProblemDraft, Report } from './problem.ts'

/** Settings of one backend's client: read by `readClientSettings`, not by a feature. */
export const clientNamespace = 'backend/http/client'

/** The namespaces that this gateway implements, prepared for look-up. */
export interface Namespaces {
  readonly features: ReadonlyMap<string, FeatureSchema>
  /** Today's name of each known name, old or new, by its spelling without case. */
  readonly names: ReadonlyMap<string, string>
  /** Namespaces of auth and security, and names of plugins that guard something, that may go without implementation. */
  readonly allowUnsupported: ReadonlySet<string>
}

export function prepareNamespaces (features: readonly FeatureSchema[], allowUnsupported: readonly string[]): Namespaces {
  const byName = new Map(features.map((feature) => [feature.namespace, feature]))
  const names = [...Object.keys(knownNamespaces), ...byName.keys()]
  const today = new Map([
    ...names.map((name) => [foldKey(name), name] as const),
    ...Object.entries(legacyNamespaces).map(([old, name]) => [foldKey(old), name] as const)
  ])
  return {
    features: byName,
    names: today,
    allowUnsupported: new Set(allowUnsupported.map((name) => today.get(foldKey(name)) ?? name))
  }
}

/**
 * Reads an `extra_config`: comments go, old names become today's, settings of implemented namespaces are judged at
 * this level. What is not implemented is reported, kept as configured, and stops the start where it is meant to
 * protect something. The settings of `backend/http/client` stay unread.
 */
export function readExtraConfig (extra: Record<string, unknown> | undefined, level: Level, place: Place, namespaces: Namespaces, report: Report): ExtraConfig {
  const settings: [string, unknown][] = []
  for (const { name, key, value } of resolveNames(extra ?? {}, place, namespaces, report)) {
    const at = [...place, name]
    const feature = namespaces.features.get(name)
    if (value === null) {
      reportNothing(name, at, namespaces, report)
      continue
    }
    if (feature === undefined) {
      if (name === clientNamespace) {
        if (level !== 'backend') report(hasNoEffect(name, level, ['backend'], at, namespaces))
        else settings.push([name, value])
        continue
      }
      reportUnsupported(name, key, level, at, namespaces, report)
      if (pluginNamespaces.has(name)) judgePlugins(name, value, at, { served: [], allowed: namespaces.allowUnsupported }, report)
      settings.push([name, value])
      continue
    }
    const schema = feature.schemas[level]
    if (schema === undefined) {
      report(hasNoEffect(name, level, levels.filter((other) => feature.schemas[other] !== undefined), at, namespaces))
      continue
    }
    const judged = judgeSettings(schema, value, at, report)
    if (judged === undefined) continue
    if (pluginNamespaces.has(name)) judgePlugins(name, judged, at, { served: feature.plugins, allowed: namespaces.allowUnsupported }, report)
    settings.push([name, judged])
  }
  return Object.fromEntries(settings)
}

const levels: readonly Level[] = ['service', 'endpoint', 'backend']

interface Named { name: string, key: string, value: unknown }

/** Namespaces by today's name. Of several spellings of one the reference takes an old name's; else the last counts. */
function resolveNames (extra: Record<string, unknown>, place: Place, { names }: Namespaces, report: Report): Iterable<Named> {
  const found = new Map<string, Named>()
  for (const [key, value] of Object.entries(extra)) {
    if (isComment(key)) continue
    const name = names.get(foldKey(key)) ?? key
    const before = found.get(name)
    if (before !== undefined) {
      report({ severity: 'warning', code: 'duplicate-key', place: [...place, name], at: 'key', message: `stands here twice, as ${JSON.stringify(before.key)} and as ${JSON.stringify(key)}`, instead: 'keep one of them' })
      if (Object.hasOwn(legacyNamespaces, before.key)) continue
    }
    found.set(name, { name, key, value })
  }
  return found.values()
}

function reportUnsupported (name: string, key: string, level: Level, place: Place, { names, allowUnsupported, features }: Namespaces, report: Report): void {
  const known = Object.hasOwn(knownNamespaces, name)
  const message = known
    ? `${JSON.stringify(name)} is not implemented by this gateway: it has no effect`
    : `unknown namespace ${JSON.stringify(key)}: it has no effect`
  const protects = guards(name)
  if (protects && !allowUnsupported.has(name)) {
    report({
      severity: 'error',
      code: 'unsupported-namespace',
      place,
      at: 'key',
      message: `${message}, and what it protects would be open`,
      ...(known ? { instead: `remove it, or allow it by name (allowUnsupported: [${JSON.stringify(name)}]) if something else protects this ${level}` } : { nearest: { word: key, among: new Set(names.values()) } })
    })
  } else {
    report({
      severity: 'warning',
      code: known ? 'unsupported-namespace' : 'unknown-namespace',
      place,
      at: 'key',
      message: protects ? `${message}; allowed by allowUnsupported` : message,
      ...(known ? { instead: replacement(name) } : { nearest: { word: key, among: new Set([...features.keys(), ...names.values()]) } })
    })
  }
}

/** Whether requests that should be refused pass where the namespace has no effect. */
function guards (name: string): boolean {
  return /^(?:auth|security)\//.test(foldKey(name))
}

/** `null` is as good as absent, but for what guards: there somebody forgot the settings. */
function reportNothing (name: string, place: Place, { allowUnsupported }: Namespaces, report: Report): void {
  if (!guards(name) || allowUnsupported.has(name)) return
  report({ severity: 'error', code: 'wrong-type', place, value: null, message: 'must be an object, not null: it has no effect, and what it protects would be open', instead: 'write its settings, or remove it' })
}

function replacement (name: string): string | null {
  if (name === 'plugin/http-client') return 'for a forward proxy, redirects or TLS use "backend/http/client"'
  if (name.startsWith('plugin/')) return 'Go plugins cannot run here: pass a feature of your own'
  return null
}

function hasNoEffect (name: string, level: Level, meant: readonly Level[], place: Place, { allowUnsupported }: Namespaces): ProblemDraft {
  const where = meant.length === 0 ? '' : `: it belongs to the extra_config of ${meant.map((level) => level === 'endpoint' ? 'an endpoint' : level === 'backend' ? 'a backend' : 'the service').join(' or ')}`
  const draft = { code: 'misplaced-namespace', place, at: 'key', message: `${JSON.stringify(name)} has no effect at the level of the ${level}${where}` } as const
  if (!guards(name) || allowUnsupported.has(name)) return { severity: 'warning', ...draft }
  return { severity: 'error', ...draft, message: `${draft.message}; what it protects would be open`, instead: 'move it there, or remove it' }
}
