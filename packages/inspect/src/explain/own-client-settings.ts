import type { LoadedConfig } from '@floodgate/config-loader'
import type { Backend, Place } from '@floodgate/core'
import type { OwnClientSettings } from '@floodgate/settings'
import { clientPlace } from './client-place.ts'
import { type Candidate, findOrigin, type Setting } from './setting.ts'

/** Returns the settings of `floodgate` in a backend's client settings; empty if there are none. */
export function explainOwnSettings (
  loaded: Pick<LoadedConfig, 'model'>,
  { client: { own }, place }: Pick<Backend, 'client' | 'place'>
): Setting[] {
  if (own === undefined) return []
  return keys.flatMap(({ at, read, note = null }): Setting[] => {
    const value = read(own)
    if (value === undefined) return []
    const path: Place = ['floodgate', ...at]
    const places: Candidate[] = [['backend', [...clientPlace(place), ...path]], ['global', ['extra_config', ...path]]]
    return [{ key: path.join('.'), value, ...findOrigin(loaded, places), note }]
  })
}

interface Key {
  readonly at: readonly string[]
  readonly read: (own: OwnClientSettings) => Setting['value'] | undefined
  readonly note?: string
}

const keys: readonly Key[] = [
  { at: ['redirects', 'max'], read: ({ redirects }) => redirects?.max },
  { at: ['redirects', 'allowed_hosts'], read: ({ redirects }) => redirects?.allowedHosts, note: 'in addition to the host of the call' },
  { at: ['redirects', 'same_origin'], read: ({ redirects }) => redirects?.sameOrigin },
  {
    at: ['redirects', 'strip_headers'],
    read: ({ redirects }) => redirects?.stripHeaders,
    note: 'removed when scheme, host or port change'
  },
  { at: ['redirects', 'client_certs'], read: ({ redirects }) => redirects?.clientCerts },
  { at: ['servername'], read: ({ servername }) => servername, note: 'only in TLS; the Host header is unchanged' },
  {
    at: ['pins'],
    read: ({ pins }) => pins?.map((pin) => `sha256/${pin}`),
    note: 'every server, including targets of redirects, must have one of them in its chain'
  },
  { at: ['no_proxy'], read: ({ noProxy }) => noProxy, note: 'connected directly' },
  { at: ['max_connections'], read: ({ maxConnections }) => maxConnections, note: 'to each origin; further calls wait' },
  { at: ['failover'], read: ({ failover }) => failover, note: 'a host that cannot be reached fails the request' },
  { at: ['http2'], read: ({ http2 }) => http2, note: 'if an https server supports it' }
]
