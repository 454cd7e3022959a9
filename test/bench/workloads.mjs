/** What is measured: W1 to W7 pass as they are, the others are decoded. `share` is how much of a burst is sent. */
export const workloads = [
  { name: 'W1', what: 'GET, 120 B', path: '/small' },
  { name: 'W2', what: 'GET, 10 KB', path: '/items' },
  { name: 'W3', what: 'GET, 1 MB', path: '/large', share: 0.06 },
  { name: 'W4', what: 'POST, 10 KB', path: '/post', method: 'POST' },
  { name: 'W5', what: 'merge of three', path: '/merge', decoded: true },
  { name: 'W6', what: 'GET, 120 B, TLS to the upstream', path: '/tls' },
  { name: 'W7', what: 'GET, 120 B, TLS through a CONNECT proxy', path: '/tunnel' },
  { name: 'single', what: 'one decoded backend, 10 KB', path: '/single', decoded: true },
  { name: 'shaped', what: 'one decoded backend, 10 KB, `allow` and `mapping`', path: '/shaped', decoded: true },
  { name: 'sequence', what: 'sequence of three', path: '/sequence', decoded: true }
]

/** The configuration of the gateway that serves them. */
export function writeConfig ({ port, plain, secure, tunnelled }) {
  const pass = (path, url, { method = 'GET', host = plain } = {}) => ({
    endpoint: path, method, output_encoding: 'no-op', backend: [{ url_pattern: url, method, host: [host] }]
  })
  return {
    version: 3,
    port,
    listen_ip: '127.0.0.1',
    timeout: '10s',
    host: [plain],
    client_tls: { allow_insecure_connections: true },
    extra_config: { router: { disable_access_log: true }, 'telemetry/logging': { level: 'ERROR', stdout: true } },
    endpoints: [
      ...['/small', '/items', '/large'].map((path) => pass(path, path)),
      pass('/post', '/post', { method: 'POST' }),
      pass('/tls', '/small', { host: secure }),
      pass('/tunnel', '/small', { host: tunnelled }),
      { endpoint: '/single', backend: [{ url_pattern: '/items' }] },
      { endpoint: '/shaped', backend: [{ url_pattern: '/items', allow: ['items', 'owner.name'], mapping: { items: 'list' } }] },
      { endpoint: '/merge', backend: ['/a', '/b', '/c'].map((url) => ({ url_pattern: url })) },
      { endpoint: '/sequence', extra_config: { proxy: { sequential: true } }, backend: ['/a', '/by/{resp0_a_id}', '/by/{resp1_id}'].map((url) => ({ url_pattern: url })) }
    ]
  }
}
