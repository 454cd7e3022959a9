import t from 'tap'
import { type Configuration } from '@floodgate/config-loader'

t.test('Configuration: types the structure, offers words, and takes comments and other namespaces', async (t) => {
  const good: Configuration = {
    version: 3,
    '@comment': 'any key that starts so',
    client_tls: { min_version: 'TLS12', ca_certs: ['a.pem'] },
    endpoints: [{
      endpoint: '/a',
      timeout: '3s',
      backend: [{ url_pattern: '/', host: ['http://a.example.com'], extra_config: { 'backend/http/client': { no_redirect: true }, 'acme/x': 1 } }]
    }],
    extra_config: { router: { auto_options: true }, 'acme/greeting': { text: 'hi' } }
  }
  const json: { version: number, endpoints: { endpoint: string, method: string, backend: { host: string[] }[] }[], client_tls: { min_version: string } } = { version: 3, endpoints: [], client_tls: { min_version: 'TLS12' } }
  const imported: Configuration = json
  // @ts-expect-error no such key
  const unknown: Configuration = { version: 3, prot: 8080 }
  // @ts-expect-error a number
  const wrong: Configuration = { version: 3, port: '8080' }
  // @ts-expect-error no such setting
  const client: Configuration = { version: 3, endpoints: [{ endpoint: '/a', backend: [{ extra_config: { 'backend/http/client': { no_redirects: true } } }] }] }
  // @ts-expect-error an endpoint needs a backend
  const bare: Configuration = { version: 3, endpoints: [{ endpoint: '/a' }] }
  t.ok([good, imported, unknown, wrong, client, bare])
})
