// The configuration of the upstreams' attacks: every way to read an answer, over TCP, TLS and a proxy; those that answer
// rightly have hosts of their own.
import { proxyFaults } from './scripted-upstream.mjs'
import { readings } from './upstream-cases.mjs'

/** `ports` of the scripted servers: `good`, `goodTls`, `bad`, `badTls`, `proxy`. */
export function upstreamConfig ({ port, ca, ports }) {
  const trusted = { 'backend/http/client': { client_tls: { ca_certs: [ca] } } }
  const hosts = {
    good: { tcp: { host: [`http://127.0.0.1:${ports.good}`] }, tls: { host: [`https://127.0.0.1:${ports.goodTls}`], extra_config: trusted } },
    bad: { tcp: { host: [`http://127.0.0.1:${ports.bad}`] }, tls: { host: [`https://127.0.0.1:${ports.badTls}`], extra_config: trusted } }
  }
  const endpoints = []
  for (const [name, among, timeout] of [['good', hosts.good, '20s'], ['bad', hosts.bad, '3s'], ['late', hosts.bad, '300ms']]) {
    for (const [transport, where] of Object.entries(among)) {
      for (const reading of readings) add(`${name}-${transport}-${reading}`, reading, where, timeout)
    }
  }
  for (const fault of proxyFaults) {
    const through = { host: [`https://${fault}.test:443`], extra_config: { 'backend/http/client': { proxy_address: `http://127.0.0.1:${ports.proxy}`, client_tls: { ca_certs: [ca] } } } }
    for (const reading of ['raw', 'json']) {
      if (fault === 'ok') add(`good-proxy-ok-${reading}`, reading, through, '20s')
      add(`bad-proxy-${fault}-${reading}`, reading, through, fault === 'silent' ? '300ms' : '3s')
    }
  }
  return {
    version: 3,
    name: 'attacked',
    port,
    listen_ip: '127.0.0.1',
    idle_connection_timeout: '1s',
    extra_config: { router: { disable_access_log: true }, 'telemetry/logging': { level: 'CRITICAL', stdout: true } },
    endpoints
  }

  function add (name, reading, where, timeout) {
    for (const method of ['raw', 'json'].includes(reading) ? ['GET', 'POST'] : ['GET']) {
      const backend = { url_pattern: '/{token}', method, ...where, ...reading === 'raw' ? { encoding: 'no-op' } : {}, ...{ xml: { encoding: 'xml' }, rss: { encoding: 'rss' }, yaml: { encoding: 'yaml' }, string: { encoding: 'string' }, safe: { encoding: 'safejson' }, list: { is_collection: true } }[reading] }
      endpoints.push({
        endpoint: `/${name}/{token}`,
        method,
        timeout,
        ...reading === 'raw' && { output_encoding: 'no-op' },
        ...reading === 'seq' && { extra_config: { proxy: { sequential: true } } },
        backend: [backend, ...reading === 'merge' ? [{ ...backend, url_pattern: '/{token}/second' }] : reading === 'seq' ? [{ ...backend, url_pattern: '/{resp0_token}/second' }] : []]
      })
    }
  }
}
