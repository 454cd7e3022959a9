import { createHash, createHmac, randomBytes } from 'node:crypto'
import type { ClientSettings } from '@floodgate/settings'

const processKey = randomBytes(32)

/** Keys of frozen settings: a configuration's are, and thousands of backends may share one object of them. */
const known = new WeakMap<ClientSettings, string>()

/**
 * Hashes settings: equal settings give equal keys, in whatever order their fields stand. Where a password is part of
 * them the key holds for this process only, so that passwords cannot be tried against a key from a log.
 */
export function hashSettings (settings: ClientSettings): string {
  const key = known.get(settings) ?? hash(settings)
  if (Object.isFrozen(settings)) known.set(settings, key)
  return key
}

function hash (settings: ClientSettings): string {
  const { proxy } = settings
  const open = proxy?.password == null
    ? settings
    : { ...settings, proxy: { ...proxy, password: createHmac('sha256', processKey).update(proxy.password).digest('hex') } }
  return createHash('sha256').update(JSON.stringify(sortFields(open))).digest('hex').slice(0, 16)
}

function sortFields (value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortFields)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1).map(([name, field]) => [name, sortFields(field)]))
}
