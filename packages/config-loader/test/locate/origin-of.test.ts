import t from 'tap'
import { loadConfig, originOf } from '@floodgate/config-loader'

const backend = { host: ['http://a.example.com'], url_pattern: '/' }
const minimal = { version: 3, endpoints: [{ endpoint: '/a', backend: [backend] }] }

t.test('originOf: tells the file, the variable, or nobody', async (t) => {
  const dir = t.testdir({ 'krakend.json': JSON.stringify({ version: 3, Timeout: '3s', name: null, endpoints: [{ endpoint: '/a', backend: { ...backend, extra_config: { 'backend/http/client': { no_redirect: true } } } }] }, null, 2) })
  const loaded = await loadConfig('krakend.json', { cwd: dir, env: { KRAKEND_PORT: '0', 'KRAKEND_CLIENT_TLS.MIN_VERSION': 'TLS12' } })
  t.match(originOf(loaded, ['timeout']), { kind: 'file', file: 'krakend.json', line: 3, column: 3 })
  t.match(originOf(loaded, ['endpoints', 0, 'backend', 0, 'extra_config', 'backend/http/client', 'no_redirect']), { kind: 'file', line: 15 }, 'one backend that is no list')
  t.strictSame(originOf(loaded, ['port']), { kind: 'environment', variable: 'KRAKEND_PORT' })
  t.strictSame(originOf(loaded, ['client_tls', 'min_version']), { kind: 'environment', variable: 'KRAKEND_CLIENT_TLS.MIN_VERSION' })
  t.strictSame(originOf(loaded, ['client_tls']), { kind: 'environment', variable: 'KRAKEND_CLIENT_TLS.MIN_VERSION' }, 'an object that only the environment knows')
  for (const place of [['name'], ['cache_ttl'], ['client_tls', 'max_version'], ['endpoints', 0, 'timeout'], ['endpoints', 0, 'backend', 1]]) t.equal(originOf(loaded, place), null, place.join('.'))
  const given = await loadConfig({ ...minimal, timeout: '1s' }, { env: {} })
  t.strictSame(originOf(given, ['timeout']), { kind: 'file', file: 'configuration', line: null, column: null })
})
