import { originOf } from '@floodgate/config-loader'
import { routerSettings } from '@floodgate/router'
import { withoutQuery, type Endpoint, type ExtraConfig } from '@floodgate/core'
import { clientPlace } from '../explain/client-place.ts'
import { passesAll, passesHeader } from '../passed-headers.ts'
import type { Difference } from './difference.ts'
import { telemetryDifferences } from './telemetry.ts'

const takingBodies: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])
const merges = ({ backends }: Endpoint): boolean => backends.length > 1
const proxyOf = ({ extra }: Endpoint): { sequential?: boolean, flatmap_filter?: readonly unknown[] } => (extra['proxy'] ?? {}) as object

const luaNamespaces = ['modifier/lua-endpoint', 'modifier/lua-proxy', 'modifier/lua-backend'] as const

/** Whether a place has scripts, with a key. */
function runsLua (extra: ExtraConfig, key?: string): boolean {
  return luaNamespaces.some((namespace) => {
    const settings = extra[namespace] as Readonly<Record<string, unknown>> | undefined
    return settings !== undefined && (key === undefined || settings[key] !== undefined)
  })
}

/** In the order of the README: those that affect most configurations first. */
export const differences: readonly Difference[] = [
  {
    id: 'merge-order',
    text: 'If two backends return the same key, the later one in the configuration is used; on KrakenD the one that responds last.',
    keys: ['backend'],
    endpoint: (endpoint) => merges(endpoint) && proxyOf(endpoint).sequential !== true,
    backend: ({ endpoint }) => merges(endpoint)
  },
  {
    id: 'json-as-written',
    text: 'Unchanged JSON is sent as its backend wrote it, and keys of merged and static documents keep their order; KrakenD sorts the keys and escapes `<`, `>` and `&`.',
    keys: ['output_encoding'],
    endpoint: (endpoint) => endpoint.outputEncoding === 'json'
  },
  {
    id: 'stops-the-start',
    text: 'Unsupported settings prevent the start if they protect something; KrakenD runs without them.',
    keys: ['extra_config']
  },
  {
    id: 'unusable-files',
    text: 'A certificate file that cannot be used prevents the start; KrakenD runs without it, with fewer trusted authorities or without a client certificate.',
    keys: ['client_tls.ca_certs', 'client_tls.client_certs'],
    backend: ({ backend: { client: { tls } } }) => tls !== null && tls.caCerts.length + tls.clientCerts.length > 0
  },
  {
    id: 'proxy-address',
    text: 'A proxy_address without scheme or port prevents the start; KrakenD then connects directly.',
    keys: ['backend/http/client.proxy_address'],
    backend: ({ backend }) => backend.client.proxy !== null
  },
  {
    id: 'shared-connections',
    text: 'Backends with equal settings share their connections; KrakenD keeps a pool for each backend with its own settings.',
    keys: ['backend/http/client'],
    backend: ({ loaded, backend, shared }) => shared.length > 0 && originOf(loaded, clientPlace(backend.place)) !== null
  },
  {
    id: 'failover',
    text: 'If no connection to a host can be opened, the request goes to another host of the backend (`floodgate.failover`); on KrakenD it fails.',
    keys: ['host'],
    backend: ({ backend }) => (backend.hosts.length > 1 || backend.sd !== 'static') && backend.client.own?.failover !== false
  },
  {
    id: 'broken-bodies',
    text: 'If a backend\'s body ends early, the client\'s connection is closed too; KrakenD ends a body without length as if it were complete.',
    keys: ['output_encoding', 'encoding'],
    backend: ({ backend }) => backend.encoding === 'no-op'
  },
  {
    id: 'connection-headers',
    text: 'Proxy-Authorization, TE, Upgrade and the headers named by Connection are not passed on; KrakenD passes them on with `input_headers: ["*"]`, and the client\'s Proxy-Authorization replaces the one of proxy_address.',
    keys: ['input_headers'],
    backend: ({ endpoint, backend }) =>
      passesAll(endpoint, backend) || ['proxy-authorization', 'te', 'upgrade'].some((name) => passesHeader(endpoint, backend, name))
  },
  {
    id: 'accept-encoding',
    text: 'A client\'s Accept-Encoding is reduced to codings that can be decoded (`gzip`, `identity`) if the response is decoded; with `br` KrakenD answers 500.',
    keys: ['input_headers'],
    backend: ({ endpoint, backend }) => backend.encoding !== 'no-op' && passesHeader(endpoint, backend, 'accept-encoding')
  },
  {
    id: 'segments',
    text: 'Path parameters and claims stay in their segment of `url_pattern`: `.`, `..`, `%2e%2e`, `..;x`, `..\\x` are answered 400 before a backend is called; on KrakenD they can lead to another path than the configured one.',
    keys: ['url_pattern'],
    backend: ({ backend }) => /\{(?!resp\d)/.test(withoutQuery(backend.urlPattern))
  },
  {
    id: 'wildcards',
    text: 'A wildcard at the end of a path matches every path below it, without dot segments; KrakenD Community does not start with one.',
    keys: ['endpoint'],
    endpoint: ({ path }) => path.endsWith('/*')
  },
  {
    id: 'encoded-query-params',
    text: 'A parameter of the path is encoded in the query of url_pattern; KrakenD inserts it unchanged, so that "&" in it adds parameters.',
    keys: ['url_pattern'],
    backend: ({ backend }) => /\?.*\{/.test(backend.urlPattern)
  },
  {
    id: 'claims-in-url',
    text: 'A `{JWT.claim}` of url_pattern stays in its segment; on KrakenD a slash in a claim leads to another path.',
    keys: ['url_pattern', 'auth/validator'],
    backend: ({ backend }) => /\{JWT\./.test(backend.urlPattern)
  },
  {
    id: 'blanks-of-earlier-answers',
    text: 'A value of an earlier response that contains a blank is encoded in a query; KrakenD does not call the next backend.',
    keys: ['proxy.sequential'],
    backend: ({ backend }) => /\?.*\{resp\d/i.test(backend.urlPattern)
  },
  {
    id: 'held-bodies',
    text: 'A request body that is held in memory for several backends or copies is limited: `floodgate.max_request_body`, 8 MiB, 413 beyond; KrakenD has no limit.',
    keys: ['backend', 'concurrent_calls'],
    endpoint: ({ method, backends, concurrentCalls }) => takingBodies.has(method) && (backends.length > 1 || concurrentCalls > 1)
  },
  {
    id: 'bodies-of-redirects',
    text: 'A request body of more than 8 MiB is streamed in spite of `send_body_on_redirect`, and a 307 or 308 is returned; KrakenD has no such limit.',
    keys: ['backend/http/client.send_body_on_redirect'],
    backend: ({ endpoint, backend: { client } }) => takingBodies.has(endpoint.method) && client.followRedirects && client.sendBodyOnRedirect
  },
  {
    id: 'error-texts',
    text: 'Error messages (`return_error_msg`) contain no address of a backend; KrakenD\'s do.',
    keys: ['router.return_error_msg'],
    service: (model) => routerSettings(model).return_error_msg
  },
  {
    id: 'partial-answers',
    text: 'Partial responses are checked by `validation/cel` of the endpoint and changed by its `flatmap_filter`, like complete ones; on KrakenD a failing backend disables both.',
    keys: ['validation/cel', 'proxy.flatmap_filter'],
    endpoint: (endpoint) =>
      merges(endpoint) && (endpoint.extra['validation/cel'] !== undefined || (proxyOf(endpoint).flatmap_filter ?? []).length > 0)
  },
  {
    id: 'cel-that-is-not-asked',
    text: 'A CEL expression without a variable of request, response or token is evaluated, and an invalid one refuses every request; KrakenD evaluates neither.',
    keys: ['validation/cel'],
    endpoint: ({ extra, backends }) => [extra, ...backends.map(({ extra }) => extra)].some((extra) => extra['validation/cel'] !== undefined)
  },
  {
    id: 'cel-status',
    text: '`resp_metadata_status` in CEL is the status of the response; on KrakenD it is 0.',
    keys: ['validation/cel'],
    endpoint: ({ extra, backends }) =>
      [extra, ...backends.map(({ extra }) => extra)].some((extra) => JSON.stringify(extra['validation/cel'] ?? '').includes('resp_metadata_status'))
  },
  {
    id: 'redirects-checked',
    text: '`security/http` also applies to the router\'s redirects; on KrakenD the router answers before it.',
    keys: ['security/http'],
    service: ({ extra }) => extra['security/http'] !== undefined
  },
  {
    id: 'trailing-slash',
    text: 'Of `/a/{x}` and `/a/b/`, `/a/b` is served by the first; KrakenD redirects it to the second, unless a third route such as `/a/bc` happens to exist.',
    keys: ['endpoint'],
    endpoint: ({ path }) => path.length > 1 && path.endsWith('/')
  },
  {
    id: 'signer-limits',
    text: '`qos/ratelimit/router` works for an endpoint with `auth/signer`; KrakenD\'s does not.',
    keys: ['qos/ratelimit/router', 'auth/signer'],
    endpoint: ({ extra }) => extra['qos/ratelimit/router'] !== undefined && extra['auth/signer'] !== undefined
  },
  {
    id: 'cache-keys',
    text: 'Responses are cached by URL, forwarded host and every header that the backend receives; KrakenD\'s key is the URL.',
    keys: ['qos/http-cache'],
    backend: ({ backend }) => backend.extra['qos/http-cache'] !== undefined
  },
  {
    id: 'compression',
    text: 'Responses are compressed with gzip only where `router.disable_gzip` is written as `false`; KrakenD CE never compresses, and the Enterprise Edition does unless it is `true`.',
    keys: ['router.disable_gzip'],
    service: (model) => routerSettings(model).disable_gzip === false
  },
  {
    id: 'static-files',
    text: 'Files whose name begins with a dot (except `/.well-known`) and links that lead out of the folder are not served, and methods other than GET and HEAD are answered 405; KrakenD serves them all.',
    keys: ['server/static-filesystem', 'backend/static-filesystem'],
    backend: ({ backend }) => backend.extra['backend/static-filesystem'] !== undefined,
    service: ({ extra }) => extra['server/static-filesystem'] !== undefined
  },
  {
    id: 'static-prefix',
    text: 'The prefix of `server/static-filesystem` is whole segments of a path, CORS applies to its files, and the health endpoint is never hidden by it; with KrakenD `/media` is also the start of `/mediator`.',
    keys: ['server/static-filesystem'],
    service: ({ extra }) => extra['server/static-filesystem'] !== undefined
  },
  {
    id: 'virtual-hosts',
    text: 'Hosts of `server/virtualhost` are compared without case and with or without the ports 80 and 443, and `/__virtual/…` is not reachable by its own path; with KrakenD it is.',
    keys: ['server/virtualhost'],
    service: ({ extra }) => extra['server/virtualhost'] !== undefined
  },
  {
    id: 'lua-limits',
    text: 'Lua scripts have no access to files, processes and environment variables, and end after 10 million instructions or 64 MiB; KrakenD waits for their end, and `allow_open_libs` gives them all of that.',
    keys: luaNamespaces,
    service: ({ extra }) => runsLua(extra),
    endpoint: ({ extra }) => runsLua(extra),
    backend: ({ backend: { extra } }) => runsLua(extra)
  },
  {
    id: 'lua-sources',
    text: 'A file of Lua\'s `sources` that is missing, is not Lua or has another checksum prevents the start; KrakenD answers every request with 500, and with another checksum does not run the scripts.',
    keys: luaNamespaces,
    service: ({ extra }) => runsLua(extra, 'sources'),
    endpoint: ({ extra }) => runsLua(extra, 'sources'),
    backend: ({ backend: { extra } }) => runsLua(extra, 'sources')
  },
  {
    id: 'syslog',
    text: 'With `syslog` the log goes to `floodgate.syslog_address`, by default UDP port 514 of this machine; KrakenD writes to the datagram socket `/dev/log`, which Node cannot open.',
    keys: ['telemetry/logging'],
    service: ({ extra }) => (extra['telemetry/logging'] as { syslog?: boolean } | undefined)?.syslog === true
  },
  {
    id: 'jwk-aggregator',
    text: 'Nothing listens on the `port` of `jwk-aggregator`: the gateway itself takes a `jwk_url` of that port for the joined key sets.',
    keys: ['plugin/http-server'],
    service: ({ extra }) => ((extra['plugin/http-server'] as { name?: readonly string[] } | undefined)?.name ?? []).includes('jwk-aggregator')
  },
  {
    id: 'write-timeout',
    text: '`write_timeout` closes a connection without data for this long; KrakenD counts from the request to the end of its response.',
    keys: ['write_timeout'],
    service: ({ writeTimeout }) => writeTimeout > 0
  },
  {
    id: 'version-headers',
    text: 'No `X-Krakend` header tells a version, and `User-Agent` and `X-Forwarded-Via` to backends say `Floodgate Version …`.',
    keys: []
  },
  {
    id: 'request-framing',
    text: 'Backends get `Connection: keep-alive`, and the `Content-Length` that a client has announced; KrakenD sends such a body in chunks.',
    keys: []
  },
  {
    id: 'bytes-in-targets',
    text: 'Bytes above 127 in a request\'s target are answered 400; KrakenD treats them as encoded.',
    keys: []
  },
  {
    id: 'extra-authorities',
    text: 'NODE_EXTRA_CA_CERTS adds to the system\'s authorities; KrakenD does not use it.',
    keys: [],
    backend: ({ backend: { client: { tls } }, env }) => Boolean(env['NODE_EXTRA_CA_CERTS']) && !tls?.disableSystemCaPool && !tls?.allowInsecureConnections
  },
  ...telemetryDifferences
]
