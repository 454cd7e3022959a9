import type { LoadedConfig } from '@floodgate/config-loader'
import type { Backend, Endpoint } from '@floodgate/core'
import { describeProxy } from '@floodgate/http-client'
import type { TransportSettings } from '@floodgate/settings'
import { clientPlace } from './client-place.ts'
import { explainClientTls } from './client-tls.ts'
import { explainOwnSettings } from './own-client-settings.ts'
import { writeMilliseconds } from '@floodgate/go/duration'
import { findOrigin, type Setting } from './setting.ts'

/** Returns each effective setting of a backend's client, and its source. */
export function explainClientSettings (loaded: Pick<LoadedConfig, 'model'>, endpoint: Endpoint, backend: Backend): Setting[] {
  const { client, place } = backend
  const own = (key: string, value: Setting['value'], note: string | null = null): Setting =>
    ({ key, value, ...findOrigin(loaded, [['backend', [...clientPlace(place), key]]]), note })
  return [
    {
      key: 'timeout',
      value: writeMilliseconds(endpoint.timeout),
      ...findOrigin(loaded, [['endpoint', [...endpoint.place, 'timeout']], ['global', ['timeout']]]),
      note: 'of the whole response, including redirects and body'
    },
    ...explainClientTls(loaded, backend),
    own('no_redirect', !client.followRedirects),
    own(
      'send_body_on_redirect',
      client.sendBodyOnRedirect,
      client.followRedirects || !client.sendBodyOnRedirect ? null : 'no effect: no_redirect takes precedence'
    ),
    own(
      'proxy_address',
      client.proxy === null ? null : describeProxy(client.proxy),
      client.proxy === null ? 'according to the environment' : null
    ),
    ...explainOwnSettings(loaded, backend),
    ...transport.map(({ key, read, note = () => null }): Setting =>
      ({ key, value: read(client.transport), ...findOrigin(loaded, [['global', [key]]]), note: note(client.transport) }))
  ]
}

interface TransportKey {
  readonly key: string
  readonly read: (transport: TransportSettings) => Setting['value']
  readonly note?: (transport: TransportSettings) => string | null
}

const limit = (key: string, name: keyof TransportSettings): TransportKey => ({
  key,
  read: (transport) => writeMilliseconds(transport[name] as number),
  note: (transport) => transport[name] === 0 ? 'no limit' : null
})

// Zero means Go's own default here (net.Dialer).
const dialer = (key: string, name: 'dialerKeepAlive' | 'dialerFallbackDelay', usual: string): TransportKey => ({
  key,
  read: (transport) => transport[name] === 0 ? usual : writeMilliseconds(transport[name]),
  note: (transport) => transport[name] < 0 ? 'off' : null
})

const transport: readonly TransportKey[] = [
  limit('dialer_timeout', 'dialerTimeout'),
  dialer('dialer_keep_alive', 'dialerKeepAlive', '15s'),
  dialer('dialer_fallback_delay', 'dialerFallbackDelay', '300ms'),
  limit('response_header_timeout', 'responseHeaderTimeout'),
  limit('idle_connection_timeout', 'idleConnectionTimeout'),
  {
    key: 'max_idle_connections',
    read: (transport) => transport.maxIdleConnections,
    note: (transport) => transport.maxIdleConnections === 0 ? 'no limit' : null
  },
  { key: 'max_idle_connections_per_host', read: (transport) => transport.maxIdleConnectionsPerHost },
  { key: 'disable_keep_alives', read: (transport) => transport.disableKeepAlives },
  { key: 'disable_compression', read: (transport) => transport.disableCompression },
  {
    key: 'expect_continue_timeout',
    read: (transport) => writeMilliseconds(transport.expectContinueTimeout),
    note: () => 'no effect: requests are never sent with Expect: 100-continue'
  }
]
