import { execFileSync } from 'node:child_process'
import { createAuthority } from '@floodgate/testing'

/** Files by their path in a folder; null = the file is missing. */
export type Files = Readonly<Record<string, string | null>>

/** One way to break a configuration. */
export interface Broken {
  readonly name: string
  /** What differs from the files that are valid. */
  readonly files: Files
}

type Endpoint = Record<string, unknown>

const authority = createAuthority('reload')
const client = authority.issue({ cn: 'client' })
const other = authority.issue({ cn: 'other' })

/** The environment that the templates of `valid` need. */
export const environment = (dir: string) => ({
  FC_ENABLE: '1',
  FC_SETTINGS: `${dir}/settings`,
  FC_PARTIALS: `${dir}/partials`,
  FC_TEMPLATES: `${dir}/templates`
})

/** A configuration of templates, certificates, keys, and scripts; `/kept` answers what the backend does. */
export function valid (dir: string, origin: string): Record<string, string> {
  return {
    'krakend.tmpl': main(dir, origin),
    'partials/kept.json': JSON.stringify({ endpoint: '/kept', output_encoding: 'no-op', backend: [{ host: [origin], url_pattern: '/kept' }] }),
    'templates/limited.tmpl': '{{ define "limit" }}{ "qos/ratelimit/router": { "max_rate": {{ .limits.rate }} } }{{ end }}',
    'settings/limits.json': '{ "rate": 100000 }',
    'ca.pem': authority.cert,
    'client.pem': client.cert,
    'client.key': client.key,
    'keys.json': JSON.stringify({ keys: [{ kty: 'oct', kid: 'a', alg: 'HS256', k: 'c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LTEyMzQ' }] }),
    'users.txt': 'user:$2y$04$Qd5XmGvbEvcBbTEqQW2Uy.0wCu4Y4qFVRgsnu1QfYvXwBu8Nxu5xC\n',
    'script.lua': 'function f() end\n',
    'script.mjs': 'export default { response () {} }\n'
  }
}

function main (dir: string, origin: string, more: Record<string, unknown> = {}, endpoint: Endpoint = {}, extra: Record<string, unknown> = {}): string {
  const backend = (client: object) => [{ host: [origin], url_pattern: '/', extra_config: { 'backend/http/client': client } }]
  const text = JSON.stringify({
    version: 3,
    listen_ip: '127.0.0.1',
    // Longer than a machine with other work needs.
    timeout: '60s',
    extra_config: { router: { disable_access_log: true } },
    endpoints: [
      '@kept',
      { endpoint: '/limited', extra_config: '@limit', backend: [{ host: [origin], url_pattern: '/limited' }] },
      {
        endpoint: '/secured',
        backend: backend({ client_tls: { ca_certs: [`${dir}/ca.pem`], client_certs: [{ certificate: `${dir}/client.pem`, private_key: `${dir}/client.key` }] } })
      },
      {
        endpoint: '/guarded',
        extra_config: { 'auth/validator': { alg: 'HS256', jwk_local_path: `${dir}/keys.json`, disable_jwk_security: true }, ...extra },
        backend: [{ host: [origin], url_pattern: '/' }],
        ...endpoint
      },
      { endpoint: '/users', extra_config: { 'auth/basic': { htpasswd_path: `${dir}/users.txt` } }, backend: [{ host: [origin], url_pattern: '/' }] },
      { endpoint: '/lua', extra_config: { 'modifier/lua-endpoint': { sources: [`${dir}/script.lua`], pre: 'f()' } }, backend: [{ host: [origin], url_pattern: '/' }] },
      { endpoint: '/script', extra_config: { 'floodgate.script': { module: `${dir}/script.mjs` } }, backend: [{ host: [origin], url_pattern: '/' }] }
    ],
    ...more
  }, null, 2)
  return text.replace('"@kept"', '{{ include "kept.json" }}').replace('"@limit"', '{{ template "limit" . }}')
}

/** Fifty configurations that must be refused. `taken` = a port that another server has, for a worker, and for all. */
export function brokenConfigurations (dir: string, origin: string, taken: number): Broken[] {
  const text = main(dir, origin)
  const file = (name: string, path: string, content: string | null): Broken => ({ name, files: { [path]: content } })
  const written = (name: string, content: string): Broken => file(name, 'krakend.tmpl', content)
  const root = (name: string, more: Record<string, unknown>): Broken => written(name, main(dir, origin, more))
  const endpoint = (name: string, settings: Endpoint): Broken => written(name, main(dir, origin, {}, settings))
  const extra = (name: string, settings: Record<string, unknown>): Broken => written(name, main(dir, origin, {}, {}, settings))
  const backend = (more: object) => ({ backend: [{ host: [origin], url_pattern: '/', ...more }] })
  const cut = (share: number): Broken => written(`half-written: ${share * 100} %`, text.slice(0, Math.floor(text.length * share)))
  const der = execFileSync('openssl', ['x509', '-outform', 'der'], { input: authority.cert })

  return [
    ...[0.2, 0.5, 0.9].map(cut),
    written('half-written: a byte is missing', text.trimEnd().slice(0, -1)),
    written('empty', ''),
    written('a list', '[]'),
    written('a comma too much', text.replace('"version": 3,', '"version": 3,,')),
    written('a key without quotes', text.replace('"listen_ip"', 'listen_ip')),
    written('not text', '\u0000\u0001\u0002'),
    file('missing', 'krakend.tmpl', null),

    root('another version', { version: 2 }),
    root('no version', { version: undefined }),
    root('a port that is none', { port: 70_000 }),
    root('an address that is none', { listen_ip: 'everywhere' }),
    root('a timeout that is none', { timeout: 'soon' }),
    root('endpoints that are a number', { endpoints: 5 }),
    root('tls without its files', { tls: { keys: [{ public_key: `${dir}/none.pem`, private_key: `${dir}/none.key` }] } }),
    root('tls with the key of another', { tls: { keys: [{ public_key: `${dir}/ca.pem`, private_key: `${dir}/client.key` }] } }),
    endpoint('the path of the health endpoint', { endpoint: '/__health' }),
    endpoint('a path twice', { endpoint: '/kept' }),
    endpoint('a version of TLS that is none', backend({ extra_config: { 'backend/http/client': { client_tls: { min_version: 'TLS9' } } } })),
    endpoint('no backend', { backend: [] }),
    endpoint('a parameter that the path has not', backend({ url_pattern: '/{id}' })),
    endpoint('a number of calls that is a text', { concurrent_calls: 'many' }),
    extra('an unknown guard', { 'auth/passport': { required: true } }),
    extra('a guard of the wrong level', { 'auth/basics': {} }),
    extra('a plugin that protects', { 'plugin/req-resp-modifier': { name: ['ip-filter-of-ours'] } }),
    extra('a guard without an algorithm', { 'auth/validator': { alg: 'ROT13', jwk_local_path: `${dir}/keys.json` } }),

    file('a certificate is missing', 'client.pem', null),
    file('a certificate is half-written', 'client.pem', client.cert.slice(0, client.cert.length / 2)),
    file('a certificate is not PEM', 'ca.pem', der.toString('latin1')),
    file('a certificate is empty', 'ca.pem', ''),
    file('a key is that of another certificate', 'client.key', other.key),
    file('a key is none', 'client.key', 'secret'),
    file('a key set is missing', 'keys.json', null),
    file('a key set is half-written', 'keys.json', '{"keys":[{"kty":"oc'),
    file('users are missing', 'users.txt', null),

    file('a partial is missing', 'partials/kept.json', null),
    file('a partial is half-written', 'partials/kept.json', '{ "endpoint": "/kept",'),
    file('a template has no end', 'templates/limited.tmpl', '{{ define "limit" }}{}'),
    file('a template calls an unknown function', 'templates/limited.tmpl', '{{ define "limit" }}{{ shout .limits }}{{ end }}'),
    file('settings are missing', 'settings/limits.json', null),
    file('settings are half-written', 'settings/limits.json', '{ "rate": 10'),
    file('settings of another type', 'settings/limits.json', '{ "rate": "\\"many\\"" }'),

    file('a Lua script does not parse', 'script.lua', 'function f('),
    file('a script throws when it is loaded', 'script.mjs', 'throw new Error("not today")'),
    file('a script is missing', 'script.mjs', null),
    extra('a pool of Redis that is none', { 'qos/ratelimit/router/redis': { connection_pool: 'none', max_rate: 1 } }),
    extra('a schema that is none', { 'validation/json-schema': { type: 'strange' } }),
    root('a port for metrics that is taken', { extra_config: { floodgate: { metrics: { port: taken } } } })
  ]
}
