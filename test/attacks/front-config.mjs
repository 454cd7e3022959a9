// The configuration of the front's attacks: endpoints of every way to answer, one guarded, one that never gets an answer.
const noop = { encoding: 'no-op' }

/** `tls`: paths of a certificate and its key for the listener. */
export function frontConfig ({ port, upstream, tls }) {
  const pass = (name, more) => ({ endpoint: `/${name}/{token}`, output_encoding: 'no-op', input_headers: ['*'], input_query_strings: ['*'], backend: [{ url_pattern: `/${name}/{token}`, ...noop }], ...more })
  const decode = (name, more) => ({ endpoint: `/${name}/{token}`, input_headers: ['X-A', 'Content-Type'], input_query_strings: ['q'], backend: [{ url_pattern: `/${name}/{token}` }], ...more })
  return {
    version: 3,
    name: 'attacked',
    port,
    listen_ip: '127.0.0.1',
    host: [`http://127.0.0.1:${upstream}`],
    timeout: '60s',
    // Ends that wait for requests must come within the bound of the bench.
    max_shutdown_wait_time: '5s',
    // What is idle goes, so that what is left at the end belongs to a call.
    idle_connection_timeout: '1s',
    ...tls ? { tls: { public_key: tls.cert, private_key: tls.key } } : { use_h2c: true },
    extra_config: { router: { disable_access_log: true }, 'telemetry/logging': { level: 'WARNING', stdout: true } },
    endpoints: [
      pass('json'), pass('slow'), pass('big'), pass('never'),
      decode('dec'),
      decode('xml', { backend: [{ url_pattern: '/xml/{token}', encoding: 'xml' }] }),
      { endpoint: '/merge/{token}', backend: [{ url_pattern: '/a/{token}' }, { url_pattern: '/b/{token}' }] },
      { endpoint: '/seq/{token}', extra_config: { proxy: { sequential: true } }, backend: [{ url_pattern: '/one/{token}' }, { url_pattern: '/two/{resp0_one}' }] },
      pass('up', { method: 'POST', backend: [{ url_pattern: '/up/{token}', method: 'POST', ...noop }] }),
      pass('early', { method: 'POST', backend: [{ url_pattern: '/early/{token}', method: 'POST', ...noop }] }),
      decode('updec', { method: 'POST', backend: [{ url_pattern: '/updec/{token}', method: 'POST' }] }),
      { endpoint: '/upmerge/{token}', method: 'PUT', backend: [{ url_pattern: '/ua/{token}', method: 'PUT' }, { url_pattern: '/ub/{token}', method: 'PUT' }] },
      pass('guarded', { method: 'POST', extra_config: { 'auth/basic': { users: { nobody: '$2a$04$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy' } } }, backend: [{ url_pattern: '/guarded/{token}', method: 'POST', ...noop }] })
    ]
  }
}

/** What is asked in a well-formed request: weight, method, endpoint, with a body or without, and the status that is right. */
export const asked = [
  [30, { method: 'GET', name: 'json', status: 200 }],
  [12, { method: 'GET', name: 'dec', status: 200 }],
  [5, { method: 'GET', name: 'xml', status: 200 }],
  [7, { method: 'GET', name: 'merge', status: 200 }],
  [4, { method: 'GET', name: 'seq', status: 200 }],
  [5, { method: 'GET', name: 'slow', status: 200 }],
  [1, { method: 'GET', name: 'big', status: 200 }],
  [8, { method: 'POST', name: 'up', status: 200, body: true }],
  [6, { method: 'POST', name: 'updec', status: 200, body: true }],
  [3, { method: 'PUT', name: 'upmerge', status: 200, body: true }],
  [2, { method: 'HEAD', name: 'json', status: null }],
  [2, { method: 'OPTIONS', name: 'json', status: null }],
  [3, { method: 'GET', name: 'nowhere', status: 404 }],
  [2, { method: 'DELETE', name: 'json', status: 405 }]
]
