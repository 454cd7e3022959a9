import t from 'tap'
import { explain } from '@floodgate/inspect/explain'
import { loadConfiguration } from '@floodgate/gateway/load'
import { describeRoutes } from '@floodgate/inspect/routes'

const client = (settings: object) => ({ extra_config: { 'backend/http/client': settings } })

t.test('describeRoutes: lists the gateway\'s own routes and the endpoints, with what is in force', async (t) => {
  const loaded = await loadConfiguration({
    version: 3,
    echo_endpoint: true,
    endpoints: [
      { endpoint: '/a', output_encoding: 'no-op', timeout: '1s', backend: [{ host: ['http://a.example.com'], url_pattern: '/x', ...client({ no_redirect: true }) }] },
      { endpoint: '/b', method: 'POST', extra_config: { proxy: { sequential: true }, 'governance/quota': { quota_name: 'a' } }, backend: [{ host: ['http://a.example.com'], url_pattern: '/1' }, { host: ['http://b.example.com', 'http://c.example.com'], url_pattern: '/2', encoding: 'xml', method: 'GET' }] }
    ]
  }, { env: {}, allowUnsupported: ['governance/quota'] })
  const routes = describeRoutes(loaded)
  t.match(routes[0], { kind: 'health', method: 'GET', path: '/__health', engine: null, backends: [], timeout: null })
  t.equal(routes.filter(({ kind }) => kind === 'echo').length, 9)
  t.match(routes.at(-2), { kind: 'endpoint', method: 'GET', path: '/a', engine: 'step', serves: 'stream', features: ['backend/http/client'], ignored: [], timeout: 1000, backends: [{ method: 'GET', hosts: ['http://a.example.com'], urlPattern: '/x', encoding: 'no-op' }] })
  t.match(routes.at(-1), { method: 'POST', path: '/b', serves: 'decode', features: ['proxy'], ignored: ['governance/quota'], timeout: 2000, backends: [{ method: 'POST' }, { method: 'GET', encoding: 'xml' }] })
})

t.test('describeRoutes, explain: files are served before all routes, or instead of hosts', async (t) => {
  const dir = t.testdir({})
  const fromFiles = { host: ['http://ignored'], url_pattern: '/x', extra_config: { 'backend/static-filesystem': { path: dir } } }
  const config = { version: 3, extra_config: { 'server/static-filesystem': { prefix: '/m/', path: dir } }, endpoints: [{ endpoint: '/a', backend: [fromFiles, { host: ['http://a.example.com'], url_pattern: '/' }] }] }
  const loaded = await loadConfiguration(config, { env: {} })
  const [files, ...others] = describeRoutes(loaded)
  t.match(files, { kind: 'files', method: 'GET', path: '/m/*', files: dir, features: ['server/static-filesystem'], backends: [], engine: null })
  t.match(others.at(-1), { kind: 'endpoint', files: null, backends: [{ files: dir, features: ['backend/static-filesystem'] }, { files: null }] })
  const [endpoint] = explain(loaded, { env: {} })
  t.match(endpoint!.backends, [{ files: dir, differences: [{ id: 'merge-order' }] }, { files: null }])
  t.ok(endpoint!.backends[0]!.differences.some(({ id }) => id === 'static-files'))
})
