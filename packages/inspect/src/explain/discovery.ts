import type { LoadedConfig } from '@floodgate/config-loader'
import type { Backend } from '@floodgate/core'
import { writeMilliseconds } from '@floodgate/go/duration'
import { maskUserInfo } from '@floodgate/settings'
import { clientPlace } from './client-place.ts'
import { findOrigin, type Setting } from './setting.ts'

/** Returns how a backend finds its hosts, and how they share its requests; empty if they are as written, and all alike. */
export function explainDiscovery (loaded: Pick<LoadedConfig, 'model'>, { hosts, weights, sd, sdScheme, place }: Backend): Setting[] {
  const settings: Setting[] = []
  if (sd !== 'static') {
    settings.push(
      { key: 'sd', value: sd, ...findOrigin(loaded, [['backend', [...place, 'sd']]]), note: notes[sd] },
      {
        key: 'dns_cache_ttl',
        value: writeMilliseconds(loaded.model.dnsCacheTtl),
        ...findOrigin(loaded, [['global', ['dns_cache_ttl']]]),
        note: sd === 'dns' ? 'between two lookups' : 'between two lookups at most; a shorter TTL counts, of 1s at least'
      }
    )
  }
  if (sd === 'dns') settings.push({ key: 'sd_scheme', value: sdScheme, ...findOrigin(loaded, [['backend', [...place, 'sd_scheme']]]), note: null })
  if (weights !== undefined) {
    settings.push({
      key: 'floodgate.weights',
      value: hosts.map((host, i) => `${maskUserInfo(host)}: ${weights[i]}`),
      ...findOrigin(loaded, [
        ['backend', [...clientPlace(place), 'floodgate', 'weights']],
        ['global', ['extra_config', 'floodgate', 'weights']]
      ]),
      note: sd === 'dns-a' ? 'of each address of the name' : weights.includes(0) ? '0: only if no other host is left' : null
    })
  }
  return settings
}

const notes = {
  dns: 'hosts and weights are those of SRV records',
  'dns-a': 'each address of a name is a host; the Host header and TLS have the name'
} as const
