/**
 * An estate of many teams: per team a certificate authority's worth of client settings, four kinds of endpoints, limits,
 * breakers and tokens.
 *
 * @param endpoints how many, a multiple of four
 */
export function createEstate (endpoints: number): object {
  const teams = endpoints / 4
  return {
    $schema: 'https://www.krakend.io/schema/v3.json',
    version: 3,
    name: 'estate',
    timeout: '3s',
    client_tls: { ca_certs: ['./certs/ca.pem'], min_version: 'TLS12' },
    extra_config: {
      router: { return_error_msg: true },
      'telemetry/logging': { level: 'WARNING', stdout: true },
      'security/cors': { allow_origins: ['https://shop.example.com'] },
      'qos/ratelimit/service': { max_rate: 10000, capacity: 10000 }
    },
    endpoints: Array.from({ length: teams }, (_, team) => teamEndpoints(team)).flat()
  }
}

function teamEndpoints (team: number): object[] {
  const host = [`https://team-${team}.internal:8443`]
  const client = {
    'backend/http/client': {
      client_tls: { ca_certs: ['./certs/ca.pem'], client_certs: [{ certificate: './certs/gateway.pem', private_key: './certs/gateway.key' }], min_version: team % 2 === 0 ? 'TLS12' : 'TLS13' },
      no_redirect: team % 3 === 0,
      ...(team % 5 === 0 && { proxy_address: `http://gateway:hush@proxy-${team % 7}.internal:3128` })
    },
    'qos/circuit-breaker': { interval: 60, timeout: 10, max_errors: 5, name: `team-${team}` }
  }
  const token = { 'auth/validator': { alg: 'RS256', jwk_url: 'https://id.internal/jwks.json', cache: true, audience: [`team-${team}`] } }
  return [
    { endpoint: `/team-${team}/files/{name}`, output_encoding: 'no-op', input_headers: ['Range', 'Accept'], backend: [{ host, url_pattern: '/files/{name}', encoding: 'no-op', extra_config: client }] },
    { endpoint: `/team-${team}/things/{id}`, extra_config: { ...token, 'qos/ratelimit/router': { client_max_rate: 10, strategy: 'ip' } }, backend: [{ host, url_pattern: '/things/{id}', allow: ['id', 'name', 'owner.name'], mapping: { name: 'title' }, extra_config: client }] },
    { endpoint: `/team-${team}/things/{id}`, method: 'POST', extra_config: token, backend: [{ host, url_pattern: '/things/{id}', extra_config: client }] },
    {
      endpoint: `/team-${team}/overview`,
      input_query_strings: ['page'],
      backend: ['people', 'things', 'events'].map((group) => ({ host, url_pattern: `/${group}`, group, is_collection: group === 'events', extra_config: client }))
    }
  ]
}
