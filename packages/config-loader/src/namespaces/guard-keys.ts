import type { FeatureSchema, Place } from '@floodgate/core'
import { classOf, closestWord, consequenceOf, foldKey, isComment, type Level, mask, shownKey } from '@floodgate/settings'
import { intoWhich, nameLevels, tablesOf, type Namespaces } from './namespaces.ts'
import type { ProblemDraft, Report } from '../locate/problem.ts'

/**
 * Namespaces in which an unknown key prevents the start: access that it should have restricted would stay open, and what it
 * should have removed or replaced would be sent.
 */
const strictNamespace = /^(?:auth|security|validation|governance)\/|^qos\/ratelimit\/|^modifier\/(?:response-headers|response-body|jmespath|request-body-extractor(?:\/early)?)$/

/** The supported plugin restricts access as well. */
const strictPlugin = /^plugin\/(?:http-server|req-resp-modifier)$/

/** Keys of other namespaces of KrakenD that decide what is called, and that have no effect here. */
const decidingKeys: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  proxy: { strategy: 'all backends would be called concurrently, regardless of this setting' }
}

/**
 * Creates the report for a namespace's settings: keys without effect prevent the start if they could restrict access,
 * unless they are allowed as `auth/validator.KEY`.
 */
export function reportKeys (
  feature: FeatureSchema,
  level: Level,
  place: Place,
  settings: unknown,
  namespaces: Namespaces,
  report: Report
): Report {
  const { namespace } = feature
  let told = false
  return function reportKey (draft) {
    const path = draft.place.slice(place.length)
    const key = path.at(-1)
    if (typeof key !== 'string' || (draft.code !== 'unknown-key' && draft.code !== 'no-effect')) { report(draft); return }
    const name = nameOf(namespace, draft.place, place.length)
    if (draft.code === 'no-effect') {
      if (draft.narrows === true) namespaces.unsupported.add(name, stopping(draft, namespace, level))
      else if (!namespaces.unsupported.allows(name)) report(draft)
      return
    }
    const deciding = path.length === 1 ? decidingKeys[namespace]?.[foldKey(key)] : undefined
    if (deciding !== undefined) {
      namespaces.unsupported.add(name, { ...draft, message: `${JSON.stringify(key)} is not supported: ${deciding}`, instead: 'remove it' })
      return
    }
    const isGuard = strictNamespace.test(foldKey(namespace)) ||
      (strictPlugin.test(foldKey(namespace)) && path[0] === 'ip-filter' && path.length > 1)
    if (!isGuard) { report({ ...draft, strict: true }); return }
    const otherLevels = path.length === 1 ? elsewhere(feature, level, key) : []
    if (otherLevels.length > 0) {
      if (told) return
      told = true
      const stray = settingsOf(feature, level, settings)
      const keys = typeof stray === 'object' && stray !== null ? Object.keys(stray).filter((key) => !isComment(key)) : [key]
      namespaces.unsupported.add(keys.length > 1 ? `${namespace}.*` : name, {
        ...draft,
        message: `${listNames(keys)} ${keys.length > 1 ? 'have' : 'has'} no effect in ${JSON.stringify(namespace)} of ${nameLevels([level])}, and ${consequenceOf(classOf(namespace), level)}`,
        instead: `it belongs to ${JSON.stringify(namespace)} in the extra_config of ${nameLevels(otherLevels)}; write it ${intoWhich(otherLevels[0]!, level)}:`,
        write: { path: ['extra_config', namespace], value: stray, tables: tablesOf(otherLevels[0]!) }
      })
      return
    }
    namespaces.unsupported.add(name, { ...stopping(draft, namespace, level), instead: adviseRename(draft, place) })
  }
}

/** Returns the name to allow; a key that may be a secret is replaced by a star. */
function nameOf (namespace: string, place: Place, from: number): string {
  const steps = place.flatMap((step, i) => i < from || typeof step === 'number' ? [] : [shownKey(place, i)])
  return [namespace, ...steps.map((step) => step === mask ? '*' : step)].join('.')
}

function stopping (draft: ProblemDraft, namespace: string, level: Level): ProblemDraft {
  return {
    ...draft,
    message: `${draft.message}, and ${consequenceOf(classOf(namespace), level).replace(/without this protection$/, 'without this check')}`
  }
}

function listNames (keys: readonly string[]): string {
  const names = keys.slice(0, 4).map((key) => JSON.stringify(key))
  return keys.length > 4
    ? `${names.join(', ')} and ${keys.length - 4} more`
    : names.length < 2
      ? names.join('')
      : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}

/** Returns the rest of settings at a level without the keys of another level. */
function settingsOf (feature: FeatureSchema, level: Level, settings: unknown): unknown {
  const { properties = {} } = feature.schemas[level] as { properties?: object }
  if (typeof settings !== 'object' || settings === null || Array.isArray(settings)) return settings
  return Object.fromEntries(Object.entries(settings).filter(([key]) => !Object.hasOwn(properties, key)))
}

/** Returns the levels whose settings of the same namespace have a key. */
function elsewhere ({ schemas }: FeatureSchema, level: Level, key: string): Level[] {
  const folded = foldKey(key)
  return (Object.entries(schemas) as [Level, { properties?: object }][])
    .filter(([other, schema]) => other !== level && Object.keys(schema.properties ?? {}).some((name) => foldKey(name) === folded))
    .map(([other]) => other)
}

function adviseRename ({ place, nearest, instead }: ProblemDraft, namespacePlace: Place): string {
  const key = shownKey(place, place.length - 1)
  const near = nearest === undefined ? null : closestWord(nearest.word, nearest.among)
  const advice = instead ?? (near === null ? null : `did you mean ${JSON.stringify(near)}?`)
  return `${advice === null ? '' : `${advice} Otherwise `}remove it, or begin its name with "_"${key === mask ? '' : `: ${JSON.stringify(`_${key}`)}`}`
}
