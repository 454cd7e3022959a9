import type { Place } from '@floodgate/core'

export const mask = '***'

/** Keys whose values are secret wherever they stand. */
const secretKey = /^(?:.*(?:password|secret|passwd|passphrase|token|api_?key|credential).*|cypher_key|salt|license|authorization|x-api-key|cookie)$/i

/** Keys that look secret and are not: urls, names and paths of secrets, settings about tokens. */
const openKey = /(?:_url|_path|_keys?_key|_ttl|_name|_header|_size|_strategy|^token_keys)$/i

/** Keys below which every value is secret. */
const secretParent = /^(?:users|endpoint_params|credentials_json)$/i

/** Keys whose text is an address that may carry credentials, perhaps in a spelling no parser takes. */
const addressKey = /^(?:proxy_address|host|connection_url|dsn)$/i

/** Tells whether the value at this place must not be shown. */
export function isSecretPlace (place: Place): boolean {
  let last: string | undefined
  let apiKeys = false
  for (const key of place) {
    if (typeof key === 'number') continue
    if (last !== undefined && secretParent.test(last)) return true
    if (key === 'auth/api-keys') apiKeys = true
    last = key
  }
  return last !== undefined && ((apiKeys && last === 'key') || (secretKey.test(last) && !openKey.test(last)))
}

/** The value as it may be shown: a scalar with secrets masked; null for lists, objects and absent ones. */
export function showValue (place: Place, value: unknown): string | number | boolean | null {
  if (value === null || (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean')) return null
  if (isSecretPlace(place)) return mask
  return typeof value === 'string' ? maskScalar(place, value) : value
}

/** Masks the credentials in one text value. */
export function maskScalar (place: Place, text: string): string {
  if (isSecretPlace(place)) return mask
  const key = place.findLast((key) => typeof key === 'string')
  if (typeof key === 'string' && addressKey.test(key) && text.includes('@')) {
    const scheme = /^[A-Za-z][\w+.-]*:\/\//.exec(text)?.[0] ?? ''
    return `${scheme}${mask}@${text.slice(text.lastIndexOf('@') + 1)}`
  }
  return maskUserInfo(text)
}

/** Masks `user:password@` of every URL in a text. */
export function maskUserInfo (text: string): string {
  return text.includes('@') ? text.replace(/(:\/\/)[^\s"'<>]*@/g, `$1${mask}@`) : text
}

/**
 * Masks a raw line of a file that could not be parsed: nobody knows what its texts belong to, so all quoted ones but
 * keys go, and the unquoted values of keys that look secret.
 */
export function maskRawText (text: string): string {
  return maskUserInfo(text)
    .replace(/"(?:[^"\\]|\\.)*(?:"(\s*:)?|$)/g, (text: string, colon: string | undefined) => colon === undefined ? '"…"' : text)
    .replace(/(^|[\s{,])([\w-]+)(\s*[:=]\s*)([^\s,{}[\]"]+)/g, (all, before: string, key: string, colon: string) => {
      return isSecretPlace([key]) || addressKey.test(key) ? `${before}${key}${colon}${mask}` : all
    })
}
