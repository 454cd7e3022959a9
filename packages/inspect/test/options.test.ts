// In a process of its own: adds an option to a schema that everything in the process shares.
import t from 'tap'
import { createAuthority, writeFiles } from '@floodgate/testing'
import { loadConfig } from '@floodgate/config-loader'
import { ClientTlsOptions, OwnClientOptions, TransportOptions } from '@floodgate/http-client'
import { checkConfiguration, configurationOptions, configurationSchema } from '@floodgate/inspect/check'
import { explain } from '@floodgate/inspect/explain'
import { listOptions } from '@floodgate/settings'

const properties = ClientTlsOptions.properties as Record<string, object>
properties['made_up'] = { type: 'string', enum: ['some', 'more'], default: 'some', description: 'How much to make up.' }
t.teardown(() => { delete properties['made_up'] })

const backend = { host: ['http://a.test'], url_pattern: '/' }
const withTls = (clientTls: object) => ({ version: 3, client_tls: clientTls, endpoints: [{ endpoint: '/a', backend: [backend, { ...backend, group: 'b', extra_config: { 'backend/http/client': { client_tls: clientTls } } }] }] })
const atRoot = ['client_tls', 'made_up']
const atBackend = ['endpoints', 0, 'backend', 1, 'extra_config', 'backend/http/client', 'client_tls', 'made_up']

t.test('an option of client_tls is touched in its schema alone: the published schema has it', async (t) => {
  const { definitions } = configurationSchema() as unknown as { definitions: { client_tls: { properties: Record<string, object> } } }
  t.match(definitions.client_tls.properties['made_up'], { enum: ['some', 'more'], default: 'some', description: 'How much to make up.' })
})

t.test('the same option: the table of options has it, at the root and at a backend', async (t) => {
  t.match(configurationOptions().filter(({ path }) => path === 'client_tls.made_up'), [
    { level: 'service', namespace: null, type: 'text', allowed: ['some', 'more'], default: 'some', description: 'How much to make up.', isOurs: false },
    { level: 'backend', namespace: 'backend/http/client', type: 'text', allowed: ['some', 'more'], default: 'some' }
  ])
})

t.test('the same option: check accepts it, refuses other values with what to write instead, and suggests it', async (t) => {
  t.strictSame(await checkConfiguration(withTls({ made_up: 'more' })), [])
  for (const strict of [false, true]) {
    const wrong = await checkConfiguration(withTls({ made_up: 'mor' }), { strict })
    t.match(wrong, [atRoot, atBackend].map((place) => ({ severity: 'error', place, value: 'mor', message: 'must be "some" or "more", not "mor"', instead: 'did you mean "more"?' })))
  }
  t.match(await checkConfiguration({ version: 3, client_tls: { made_upp: 'more' } }), [{ code: 'unknown-key', instead: 'did you mean "made_up"?' }])
})

t.test('the same option: explain shows it, and whose word it is', async (t) => {
  const [explained] = explain(await loadConfig(withTls({ made_up: 'more' }), { env: {} }))
  t.match(explained!.backends.map(({ settings }) => settings.find(({ key }) => key === 'client_tls.made_up')), [{ from: 'global' }, { from: 'backend' }])
})

t.test('explain: derives the options of floodgate and of the transport from their schemas', async (t) => {
  const own = { redirects: { max: 3, allowed_hosts: ['b.test'], strip_headers: ['x-a'], client_certs: 'origin' }, servername: 'x.test', pins: [`sha256/${'A'.repeat(43)}=`], no_proxy: ['c.test'], max_connections: 3, max_connection_age: '1m', http2: true, failover: false, dialer_timeout: '1s', response_header_timeout: '1s', idle_connection_timeout: '1s', timeout: '2s', balance: 'least-requests', eject: { consecutive: 3, for: '10s', max_percent: 50, statuses: [503] }, retry: { attempts: 2, on: ['dial'], backoff: '10ms', budget: 0.1 }, health: { path: '/health', interval: '5s', status: [200] } }
  const { cert, key } = createAuthority('an authority').issue({ cn: 'the gateway' })
  const files = writeFiles(t, { 'gw.pem': cert, 'gw.key': key })
  const clientTls = { client_certs: [{ certificate: files['gw.pem'], private_key: files['gw.key'] }] }
  const config = { version: 3, endpoints: [{ endpoint: '/a', backend: [own, { redirects: { same_origin: true } }].map((floodgate, i) => ({ group: `g${i}`, host: ['https://a.test'], url_pattern: '/', extra_config: { 'backend/http/client': { client_tls: clientTls, floodgate } } })) }] }
  const [explained] = explain(await loadConfig(config, { env: {} }))
  const settings = explained!.backends.flatMap(({ settings }) => settings)
  const leaves = (schema: object) => listOptions(schema).filter(({ path, type }) => type !== 'object' && !/\[\]|^client_tls|^allow_insecure/.test(path)).map(({ path }) => path)
  const times = ['dialer_timeout', 'response_header_timeout', 'idle_connection_timeout']
  // Times of a backend take the place of those of the transport.
  for (const path of leaves(OwnClientOptions)) {
    const shown = times.includes(path) ? path : `floodgate.${path}`
    t.match(settings.find(({ key }) => key === shown), { from: 'backend' }, `floodgate.${path}`)
  }
  for (const path of leaves(TransportOptions).filter((path) => !times.includes(path))) t.match(settings.find(({ key }) => key === path), { from: 'default' }, path)
})
