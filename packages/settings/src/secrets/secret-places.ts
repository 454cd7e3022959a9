import type { Place } from '../place.ts'
import { foldKey } from '../words/fold-key.ts'
import { knownNamespaces } from '../format/known-namespaces.ts'
import { namespaceNames } from '../format/namespace-names.ts'
import { resolveName } from '../format/resolve-name.ts'
import { hideCredentials, mask, maskUserInfo } from './mask.ts'
import { addressKey, isSecretKey, isSettingName, secretNamespaces, secretParent, settingNames, soundsSecret } from './secret-names.ts'
import { backendSchema, endpointSchema, serviceSchema } from '../format/structure.ts'

/** Returns whether the value at this place is a secret. */
export function isSecretPlace (place: Place): boolean {
  let last: string | undefined
  let apiKeys = false
  for (const key of place) {
    if (typeof key === 'number') continue
    if (last !== undefined && secretParent.test(last)) return true
    if (key === 'auth/api-keys') apiKeys = true
    last = key
  }
  return last !== undefined && ((apiKeys && last === 'key') || isSecretKey(last))
}

/**
 * Returns whether a place is at or below a namespace that holds secrets: where it belongs, misplaced, misspelt, in pieces
 * (`auth: { basic: … }`), or below an unknown key. Nothing of that is shown.
 */
export function holdsSecrets (place: Place): boolean {
  const keys = place.filter((step) => typeof step === 'string')
  let known: Readonly<Record<string, unknown>> = serviceSchema.properties
  for (let i = 0; i < keys.length; i++) {
    const key = foldKey(keys[i]!)
    if (key === 'extra_config') return i + 1 < keys.length && hides(keys, i + 1, true)
    if (!Object.hasOwn(known, key)) return hides(keys, i, false)
    if (known === serviceSchema.properties && key === 'endpoints') known = endpointSchema.properties
    else if (known === endpointSchema.properties && key === 'backend') known = backendSchema.properties
    else return false
  }
  return false
}

// eslint-disable-next-line no-restricted-syntax -- holds what follows from the names of namespaces alone, at load
const kinds = new Map<string, 'secret' | 'open' | 'unknown'>()
// eslint-disable-next-line no-restricted-syntax -- the known names, made at first use
let names: ReadonlyMap<string, string> | undefined

/** What a key is the name of, well or badly written. */
function kindOf (key: string): 'secret' | 'open' | 'unknown' {
  let kind = kinds.get(key)
  if (kind === undefined) {
    names ??= namespaceNames()
    const resolved = resolveName(key, names)
    kind = resolved === null ? 'unknown' : secretNamespaces.has(resolved.name) ? 'secret' : resolved.how === 'exact' ? 'open' : 'unknown'
    if (kinds.size < 10_000) kinds.set(key, kind)
  }
  return kind
}

/** @param from where the keys stop being those of the structure */
function hides (keys: readonly string[], from: number, inExtra: boolean): boolean {
  let path = ''
  for (let i = from; i < keys.length; i++) {
    const key = keys[i]!
    path = path === '' ? key : `${path}/${key}`
    const kind = kindOf(key) === 'unknown' && path !== key ? kindOf(path) : kindOf(key)
    if (kind === 'secret') return true
    if (kind === 'open') return false
  }
  const first = keys[from]!
  const isDeeper = from + 1 < keys.length
  // A custom namespace; values below other unknown keys may be anything.
  if (inExtra && first.includes('/')) return isDeeper && soundsSecret(first)
  return isDeeper && !Object.hasOwn(knownNamespaces, foldKey(first)) && foldKey(first) !== 'floodgate'
}

/** A key of a place as it may be shown: below a namespace that holds secrets, only names of settings are. */
export function shownKey (place: Place, index = place.length - 1): string {
  const key = place[index]
  if (typeof key !== 'string') return String(key)
  const above = place.slice(0, index)
  const parent = above.findLast((step) => typeof step === 'string')
  if (parent !== undefined && secretParent.test(parent) && isBelowExtra(above)) return settingNames.has(foldKey(key)) ? key : mask
  if (!holdsSecrets(above) || isSettingName(key)) return maskUserInfo(key)
  return kindOf(key) === 'unknown' ? mask : key
}

function isBelowExtra (place: Place): boolean {
  return place.some((step) => typeof step === 'string' && step.includes('/'))
}

/** A place as it may be shown. */
export function shownPlace (place: Place): Place {
  return place.map((step, i) => typeof step === 'number' ? step : shownKey(place, i))
}

/** The value as it may be shown: a scalar with secrets masked; null for lists, objects and absent ones. */
export function showValue (place: Place, value: unknown): string | number | boolean | null {
  if (value === null || (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean')) return null
  if (isSecretPlace(place) || holdsSecrets(place)) return mask
  return typeof value === 'string' ? maskScalar(place, value) : value
}

/** Masks the credentials in one text value. */
export function maskScalar (place: Place, text: string): string {
  if (isSecretPlace(place) || holdsSecrets(place) || text.includes('-----BEGIN')) return mask
  const key = place.findLast((key) => typeof key === 'string')
  return typeof key === 'string' && addressKey.test(key) ? hideCredentials(text) : maskUserInfo(text)
}

/**
 * Masks a raw line of a file that could not be parsed: the keys of its texts are unknown, so that all of them are masked,
 * quoted or not. What is left are keys, numbers, true, false and null, and the punctuation.
 */
export function maskRawText (text: string): string {
  return maskUserInfo(text)
    .replace(/"(?:[^"\\]|\\.)*(?:"(\s*[:=])?|$)/g, (text: string, colon: string | undefined) => colon === undefined ? '"…"' : text)
    .replace(/(^|[\s{,[:=-])'(?:[^']|'')*(?:'(?!\s*[:=])|$)/g, "$1'…'")
    .replace(/(^|[\s{,])("?)([\w/.-]+)\2(\s*[:=]\s*)([^\s,{}[\]"'|>&*#…][^,{}[\]"…]*)/g, (
      all,
      before: string,
      quote: string,
      key: string,
      colon: string,
      value: string
    ) => {
      const end = /\s*$/.exec(value)![0]
      return isOpenText(key, value.trim()) ? all : `${before}${quote}${key}${quote}${colon}${mask}${end}`
    })
    .replace(/(["']…["'])(\s+)[^\s,{}[\]:=#"'][^,{}[\]:="']*/g, `$1$2${mask}`)
    .replace(
      /^(\s*-\s+)([^\s,{}[\]"'|>&*#…:=][^,{}[\]"…:=]*)$/,
      (all, before: string, value: string) => isOpenText('', value.trim()) ? all : `${before}${mask}`
    )
}

function isOpenText (key: string, value: string): boolean {
  return !isSecretKey(key) && !addressKey.test(key) && /^(?:[+-]?\d{1,5}(?:\.\d+)?|true|false|null|~)$/.test(value)
}
