import { Ajv } from 'ajv'
import t from 'tap'
import { createConfigurationSchema } from '@floodgate/config-loader/schema'

const backend = { host: ['http://a.example.com'], url_pattern: '/' }
const minimal = { version: 3, endpoints: [{ endpoint: '/a', backend: [backend] }] }
const greeting = {
  namespace: 'acme/greeting',
  schemas: { endpoint: { type: 'object', properties: { text: { type: 'string' }, until: { type: 'string', format: 'go-duration' } }, required: ['text'] } }
}

t.test('createConfigurationSchema: is a schema that takes what is right and refuses what is not', async (t) => {
  const validate = new Ajv({ strict: false, allErrors: true, logger: false }).compile(createConfigurationSchema([greeting]))
  const check = (value: unknown) => validate(value) ? 'fits' : validate.errors!.map(({ instancePath, keyword }) => `${instancePath} ${keyword}`).sort().join(', ')
  const withClient = (settings: object) => ({ ...minimal, endpoints: [{ endpoint: '/a', backend: [{ ...backend, extra_config: { 'backend/http/client': settings } }] }] })
  t.equal(check(minimal), 'fits')
  t.equal(check({ ...minimal, $schema: 'x', '@comment': 1, timeout: '1h2.5m3µs', client_tls: { ca_certs: ['a.pem'], _why: '' }, extra_config: { router: { auto_options: true }, '@off': 1, 'github_com/devopsfaith/krakend-cors': {} } }), 'fits')
  t.equal(check(withClient({ client_tls: { min_version: 'TLS12' }, no_redirect: true })), 'fits')
  t.equal(check({ ...minimal, endpoints: [{ ...minimal.endpoints[0], extra_config: { 'acme/greeting': { text: 'hi', until: '2s' } } }] }), 'fits')
  t.equal(check({}), ' required')
  t.equal(check({ ...minimal, version: 2, prot: 1, timeout: '3' }), ' additionalProperties, /timeout pattern, /version const')
  t.equal(check({ version: 3, endpoints: [{ endpoint: 'a', method: 'HEAD', backend: [] }] }), '/endpoints/0/backend minItems, /endpoints/0/endpoint pattern, /endpoints/0/method enum')
  t.equal(check(withClient({ client_tls: { min_version: 'TLS1.2' }, no_redirects: true })), '/endpoints/0/backend/0/extra_config/backend~1http~1client additionalProperties, /endpoints/0/backend/0/extra_config/backend~1http~1client/client_tls/min_version enum')
  t.equal(check({ ...minimal, extra_config: { 'acme/greeting': { text: 'at the wrong level' } } }), '/extra_config additionalProperties')
})
