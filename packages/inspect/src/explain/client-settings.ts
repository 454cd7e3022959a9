import type { LoadedConfig } from '@floodgate/config-loader'
import type { Backend, Endpoint } from '@floodgate/core'
import { describeProxy } from '@floodgate/http-client'
import { clientPlace } from './client-place.ts'
import { explainClientTls } from './client-tls.ts'
import { explainDiscovery } from './discovery.ts'
import { explainOwnSettings } from './own-client-settings.ts'
import { writeMilliseconds } from '@floodgate/go/duration'
import { findOrigin, type Setting } from './setting.ts'
import { explainTransport } from './transport.ts'

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
    ...explainDiscovery(loaded, backend),
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
    ...explainTransport(loaded, backend)
  ]
}
