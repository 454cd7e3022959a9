import { originOf, type LoadedConfig } from '@floodgate/config-loader'
import type { Backend, Place } from '@floodgate/core'
import { OwnClientOptions } from '@floodgate/http-client'
import { listOptions } from '@floodgate/settings'
import { clientPlace } from './client-place.ts'
import { type ShownOption, shownOfHosts } from './host-settings.ts'
import { readOption } from './read-option.ts'
import { type Candidate, findOrigin, type Setting } from './setting.ts'

/** Returns the settings of `floodgate` in a backend's client settings; empty if there are none. */
export function explainOwnSettings (
  loaded: Pick<LoadedConfig, 'model'>,
  { client: { own }, place }: Pick<Backend, 'client' | 'place'>
): Setting[] {
  if (own === undefined) return []
  return listOptions(OwnClientOptions).filter(({ path, type }) => type !== 'object' && !path.includes('[]')).flatMap((option): Setting[] => {
    const { read = () => readOption(own, option), note = null } = shown[option.path] ?? {}
    const value = read(own)
    if (value === undefined) return []
    const path: Place = ['floodgate', ...option.path.split('.')]
    const ofBackend: Candidate = ['backend', [...clientPlace(place), ...path]]
    // An object of the backend takes the place of the whole one of the root.
    const isReplaced = originOf(loaded, [...clientPlace(place), ...path.slice(0, 2)]) !== null
    const ofRoot: Candidate = ['global', ['extra_config', 'floodgate', ...option.path.replace(/^health\./, 'host_health.').split('.')]]
    const places: Candidate[] = isReplaced ? [ofBackend] : [ofBackend, ofRoot]
    return [{ key: path.join('.'), value, ...findOrigin(loaded, places), note }]
  })
}

/** What is shown about an option beside its value, and values that are shown differently from the client's. */
const shown: Readonly<Record<string, ShownOption>> = {
  'redirects.allowed_hosts': { note: 'in addition to the host of the call' },
  'redirects.strip_headers': { note: 'removed when scheme, host or port change' },
  servername: { note: 'only in TLS; the Host header is unchanged' },
  pins: {
    read: ({ pins }) => pins?.map((pin) => `sha256/${pin}`),
    note: 'every server, including targets of redirects, must have one of them in its chain'
  },
  no_proxy: { note: 'connected directly' },
  max_connection_age: { note: 'older connections take no more requests' },
  max_connections: { note: 'to each origin; further calls wait' },
  ...shownOfHosts,
  http2: { note: 'if an https server supports it' }
}
