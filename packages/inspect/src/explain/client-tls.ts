import type { LoadedConfig } from '@floodgate/config-loader'
import type { Backend, Place } from '@floodgate/core'
import { ClientTlsOptions } from '@floodgate/http-client'
import { listOptions, type SettingOption, type TlsSettings } from '@floodgate/settings'
import { defaultCurves, defaultSuites } from '@floodgate/tls'
import { clientPlace } from './client-place.ts'
import { readOption } from './read-option.ts'
import { findOrigin, writeOrigin, type Candidate, type Setting } from './setting.ts'

/** The global `client_tls`, and the key of the root that is a part of it. */
export const rootTls: Place = ['client_tls']
export const rootInsecure: Place = ['allow_insecure_connections']

/** Returns each option of the effective `client_tls`, and the global ones that are ignored. */
export function explainClientTls (
  loaded: Pick<LoadedConfig, 'model'>,
  { client: { tls }, place }: Pick<Backend, 'client' | 'place'>
): Setting[] {
  const own: Place = [...clientPlace(place), 'client_tls']
  const block = findOrigin(loaded, [['backend', own], ['global', rootTls], ['global', rootInsecure]])
  const whole: Setting = { key: 'client_tls', value: null, ...block, note: describeBlock(loaded, block.from, own) }
  if (tls === null) {
    return [{ ...whole, note: 'not configured: TLS 1.2 and 1.3, the system\'s authorities, Go\'s default suites and curves' }]
  }
  const isOwn = findOrigin(loaded, [['backend', own]]).from !== 'default'
  return [whole, ...listOptions(ClientTlsOptions).filter(({ path }) => !path.includes('[]')).map((option): Setting => {
    const { path: key } = option
    const candidates: Candidate[] = isOwn
      ? [['backend', [...own, key]]]
      : [['global', [...rootTls, key]], ...key === 'allow_insecure_connections' ? [['global', rootInsecure] as const] : []]
    const found = findOrigin(loaded, candidates)
    return {
      key: `client_tls.${key}`,
      value: valueOf(tls, option),
      ...found,
      note: [shown[key]?.note?.(tls), isOwn ? replaced(loaded, key) : null].filter(Boolean).join('; ') || null
    }
  })]
}

/** Values that are shown differently from the client's. */
interface Shown {
  readonly read?: (tls: TlsSettings) => Setting['value']
  readonly note?: (tls: TlsSettings) => string | null
}

const shown: Readonly<Record<string, Shown>> = {
  allow_insecure_connections: { note: (tls) => tls.allowInsecureConnections ? 'certificates are NOT verified' : null },
  ca_certs: { note: (tls) => tls.disableSystemCaPool ? null : 'in addition to the system\'s authorities' },
  client_certs: {
    read: (tls) => tls.clientCerts.map(({ certificate }) => certificate),
    note: (tls) => tls.clientCerts.length > 0 ? 'the first one whose issuer the server names' : null
  },
  cipher_suites: {
    read: (tls) => tls.cipherSuites.length > 0 ? tls.cipherSuites : defaultSuites,
    note: (tls) => tls.minVersion === 'TLS13' ? 'no effect on TLS 1.3' : 'for TLS 1.2 and older; those of TLS 1.3 are always enabled'
  },
  curve_preferences: { read: (tls) => tls.curvePreferences.length > 0 ? tls.curvePreferences : defaultCurves }
}

/** The effective value of an option. */
function valueOf (tls: TlsSettings, option: SettingOption): Setting['value'] {
  return shown[option.path]?.read?.(tls) ?? readOption(tls, option) ?? (option.default as Setting['value'] | undefined) ?? null
}

function describeBlock (loaded: Pick<LoadedConfig, 'model'>, from: Setting['from'], own: Place): string | null {
  if (findOrigin(loaded, [['backend', own]]).from === 'default') return from === 'default' ? null : 'the global one'
  const global = findOrigin(loaded, [['global', rootTls], ['global', rootInsecure]]).origin
  return global === null ? 'the backend\'s own' : `the backend's own, replacing the whole global one (${writeOrigin(global)})`
}

function replaced (loaded: Pick<LoadedConfig, 'model'>, key: string): string | null {
  const { origin } = findOrigin(
    loaded,
    [['global', [...rootTls, key]], ...key === 'allow_insecure_connections' ? [['global', rootInsecure] as const] : []]
  )
  return origin === null ? null : `the global one is ignored (${writeOrigin(origin)})`
}
