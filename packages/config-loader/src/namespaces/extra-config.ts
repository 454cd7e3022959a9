import type { ExtraConfig, FeatureSchema, Place } from '@floodgate/core'
import { describePlugin, isEnterpriseNamespace } from './enterprise.ts'
import {
  classOf, consequenceOf, foldKey, isComment, knownNamespaces, legacyNamespaces, type Level, replaceInvalid,
  namespaceNames, readSettings, type ResolvedName, resolveName, stopsStart
} from '@floodgate/settings'
import { reportKeys } from './guard-keys.ts'
import { acceptPlugins } from '../plugins/describe-plugins.ts'
import { reportMisplaced, whereItBelongs } from './report-misplaced.ts'
import { clientNamespace, levelsOf, nameLevels, type Namespaces } from './namespaces.ts'
import { checkPlugins, pluginAdvice, pluginNamespaces } from './plugin-names.ts'
import { findTranslation, pluginNames } from '../plugins/translate-plugins.ts'
import type { Report } from '../locate/problem.ts'
import { checkUnknownKey } from './find-misplaced.ts'
import { UnsupportedReport } from './unsupported.ts'
import { WithoutEffect } from './without-effect.ts'
import { createUnsupportedPolicy, type UnsupportedPolicyOptions } from './unsupported-policy.ts'

/** Prepares the namespaces that features implement, and the options for starting without others. */
export function prepareNamespaces (features: readonly FeatureSchema[], ways: UnsupportedPolicyOptions, report: Report): Namespaces {
  const names = namespaceNames(features.map(({ namespace }) => namespace))
  return {
    features: new Map(acceptPlugins(features).map((feature) => [feature.namespace, feature])),
    names,
    unsupported: new UnsupportedReport(createUnsupportedPolicy(ways, (name) => names.get(foldKey(name)) ?? name), report),
    withoutEffect: new WithoutEffect(),
    lost: []
  }
}

/**
 * Reads an `extra_config`: comments are removed, old names replaced, settings of implemented namespaces validated for
 * this level. Unsupported ones are reported by their class (known-namespaces.ts) and kept as configured. The settings
 * of `backend/http/client` are not read here.
 */
export function readExtraConfig (
  extra: Record<string, unknown> | undefined,
  level: Level,
  place: Place,
  namespaces: Namespaces,
  report: Report
): ExtraConfig {
  const settings: [string, unknown][] = []
  for (const named of resolveNames(extra ?? {}, place, namespaces, report)) {
    const { name, value } = named
    const at = [...place, name]
    const feature = namespaces.features.get(name)
    if (value === null) {
      reportNothing(name, level, at, namespaces)
      continue
    }
    if (feature === undefined) {
      if (name === clientNamespace) {
        if (level === 'backend') settings.push([name, value])
        else reportLevel(named, level, at, namespaces, report)
        continue
      }
      reportUnsupported(named, level, at, namespaces, report)
      settings.push([name, value])
      continue
    }
    const schema = feature.schemas[level]
    if (schema === undefined) {
      reportLevel(named, level, at, namespaces, report)
      continue
    }
    if (named.key !== name && !Object.hasOwn(legacyNamespaces, named.key)) {
      report(
        {
          severity: 'warning',
          code: 'krakend-ignores',
          place: at,
          at: 'key',
          message: 'KrakenD ignores this, because names of namespaces are case-sensitive',
          instead: `write it as ${JSON.stringify(name)}, which both use`
        }
      )
    }
    const errors: Place[] = []
    const reportSettings = reportKeys(feature, level, at, value, namespaces, report)
    const checked = readSettings(schema, value, at, (draft) => {
      if (draft.severity === 'error') errors.push(draft.place)
      reportSettings(draft)
    })
    if (checked !== undefined && pluginNamespaces.has(name)) {
      checkPlugins(name, checked, at, { served: feature.plugins, level }, namespaces, report)
    }
    const usable = errors.length === 0 ? checked : replaceInvalid(schema, checked, errors.map((place) => place.slice(at.length)))
    if (usable !== undefined) settings.push([name, usable])
    else if (errors.length > 0) namespaces.lost.push({ namespace: name, place })
  }
  return Object.fromEntries(settings)
}

interface Named { name: string, key: string, value: unknown }

/**
 * Namespaces by current name. If there are several spellings of one, the reference uses the old name's; otherwise the
 * last is used.
 */
function resolveNames (extra: Record<string, unknown>, place: Place, { names }: Namespaces, report: Report): Iterable<Named> {
  const found = new Map<string, Named>()
  for (const [key, value] of Object.entries(extra)) {
    if (isComment(key)) continue
    const name = names.get(foldKey(key)) ?? key
    const before = found.get(name)
    if (before !== undefined) {
      report(
        {
          severity: 'warning',
          code: 'duplicate-key',
          place: [...place, name],
          at: 'key',
          message: `is configured twice, as ${JSON.stringify(before.key)} and as ${JSON.stringify(key)}`,
          instead: 'keep one of them'
        }
      )
      if (Object.hasOwn(legacyNamespaces, before.key)) continue
    }
    found.set(name, { name, key, value })
  }
  return found.values()
}

/** Handles a namespace that no feature implements, or an unknown one. */
function reportUnsupported ({ name, key, value }: Named, level: Level, place: Place, namespaces: Namespaces, report: Report): void {
  if (Object.hasOwn(knownNamespaces, name)) reportUnimplemented(name, level, value, place, namespaces, report)
  else reportUnknown(key, level, value, place, namespaces, report)
}

function reportUnimplemented (name: string, level: Level, value: unknown, place: Place, namespaces: Namespaces, report: Report): void {
  const { class: kind, levels } = knownNamespaces[name]!
  if (kind === 'adds') {
    namespaces.withoutEffect.addNamespace(name, place)
    return
  }
  if (pluginNamespaces.has(name) && levels.includes(level)) {
    checkPlugins(name, value, place, { served: [], level }, namespaces, report)
    return
  }
  const names = name === 'plugin/http-client' && levels.includes(level) ? pluginNames(value) : []
  if (names.length > 0 && names.every((plugin) => findTranslation(name, plugin, level, namespaces) !== null)) return
  const plugin = names.find((plugin) => findTranslation(name, plugin, level, namespaces) === null)
  const draft = {
    code: 'unsupported-namespace',
    place,
    at: 'key',
    message: typeof plugin === 'string'
      ? `${describePlugin(plugin)}: it has no effect`
      : `${JSON.stringify(name)}${isEnterpriseNamespace(name) ? ', of KrakenD Enterprise,' : ''} is not implemented by this gateway: it has no effect`,
    instead: replacement(name)
  } as const
  if (stopsStart(kind)) namespaces.unsupported.add(name, { ...draft, message: `${draft.message}, and ${consequenceOf(kind, level)}` })
  else if (!namespaces.unsupported.allows(name)) report({ ...draft, severity: 'warning', strict: true })
}

/** An unknown name has the class of the most similar known name, or of its family. */
function reportUnknown (key: string, level: Level, value: unknown, place: Place, namespaces: Namespaces, report: Report): void {
  const at = [...place.slice(0, -1), key]
  const resolved = resolveName(key, namespaces.names)
  const kind = resolved === null ? classOf(key) : classOf(resolved.name)
  const message = resolved?.how === 'retired'
    ? `${JSON.stringify(key)} is the old name of ${JSON.stringify(resolved.name)}, which KrakenD no longer reads: it has no effect`
    : `unknown namespace ${JSON.stringify(key)}: it has no effect`
  if (stopsStart(kind)) {
    namespaces.unsupported.add(key, {
      code: 'unknown-namespace',
      place: at,
      at: 'key',
      message: `${message}, and ${consequenceOf(kind, level)}`,
      ...resolved === null ? { instead: 'remove it, or correct its name' } : correct(resolved, level, value, namespaces)
    }, resolved === null ? [] : [resolved.name])
    return
  }
  if (checkUnknownKey({ key, value, level, place: at }, { namespaces, report })) return
  if (namespaces.unsupported.allows(key)) return
  report(
    {
      severity: 'warning',
      code: 'unknown-namespace',
      place: at,
      at: 'key',
      message,
      strict: true,
      ...resolved !== null && { instead: `did you mean ${JSON.stringify(resolved.name)}?` }
    }
  )
}

/** Returns what to write instead of a misspelt name. */
function correct ({ name, how }: ResolvedName, level: Level, value: unknown, namespaces: Namespaces): ReturnType<typeof whereItBelongs> {
  const { instead, ...rest } = whereItBelongs(name, level, value, namespaces)
  return {
    instead: `${how === 'retired' ? 'use the current name:' : `did you mean ${JSON.stringify(name)}?`}${instead === undefined ? '' : ` ${instead}`}`,
    ...rest
  }
}

/** `null` counts as missing, except for a namespace that protects something: there the settings were probably forgotten. */
function reportNothing (name: string, level: Level, place: Place, { unsupported }: Namespaces): void {
  if (classOf(name) !== 'guards' || unsupported.allows(name)) return
  unsupported.add(
    name,
    {
      code: 'wrong-type',
      place,
      value: null,
      message: `must be an object, not null: it has no effect, and ${consequenceOf('guards', level)}`,
      instead: 'write its settings, or remove it'
    }
  )
}

/** Handles a namespace at a level where it has no effect. */
function reportLevel ({ name, key, value }: Named, level: Level, place: Place, namespaces: Namespaces, report: Report): void {
  const meant = levelsOf(name, namespaces)
  if (namespaces.unsupported.allows(name, key) && !stopsStart(classOf(name))) return
  reportMisplaced({
    name,
    written: name,
    level,
    place,
    value,
    message: `${JSON.stringify(name)} has no effect in the ${level}${meant.length === 0 ? '' : `: it belongs to the extra_config of ${nameLevels(meant)}`}`
  }, namespaces, report)
}

function replacement (name: string): string | null {
  if (name === 'plugin/http-client') return 'Go plugins are not supported: for a forward proxy, redirects or TLS use "backend/http/client"'
  return name.startsWith('plugin/') ? pluginAdvice : 'remove it, or replace its function'
}
