import t from 'tap'
import type { Configuration } from '@floodgate/gateway'
import { loadConfiguration } from '@floodgate/gateway/load'

t.test('Configuration: types the namespaces of the gateway where they stand', async (t) => {
  const good: Configuration = {
    version: 3,
    extra_config: {
      'telemetry/logging': { level: 'WARNING', '@comment': 'words of a set are offered' },
      'security/cors': { allow_origins: ['https://shop.example.com'] },
      'acme/anything': 1
    },
    endpoints: [{
      endpoint: '/a',
      extra_config: { 'qos/ratelimit/router': { max_rate: 5 }, proxy: { sequential: true } },
      backend: [{ host: ['http://a.example.com'], url_pattern: '/', extra_config: { 'backend/http': { return_error_code: true }, 'qos/http-cache': { shared: true } } }]
    }]
  }
  t.strictSame((await loadConfiguration(good, { env: {} })).problems.filter(({ severity }) => severity === 'error'), [])
  const backend = [{ url_pattern: '/' }]
  // @ts-expect-error no such setting
  const unknown: Configuration = { version: 3, endpoints: [{ endpoint: '/a', backend, extra_config: { 'qos/ratelimit/router': { maxRate: 5 } } }] }
  // @ts-expect-error another type
  const wrong: Configuration = { version: 3, extra_config: { 'telemetry/logging': { stdout: 'yes' } } }
  // @ts-expect-error a number
  const client: Configuration = { version: 3, endpoints: [{ endpoint: '/a', backend: [{ extra_config: { 'backend/http/client': { client_tls: { cipher_suites: ['47'] } } } }] }] }
  t.ok([unknown, wrong, client])
})
