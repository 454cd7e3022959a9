/**
 * The keys of a configuration, as JSON Schemas: shape, type and documentation. Plain objects, because loading a schema
 * builder costs more than reading a configuration. Defaults are told here and applied by `normalise`, which knows what
 * is inherited. Keys in these objects are structural: they ignore case and may be joined by comments.
 */
import type { Static } from 'typebox'

const text = { type: 'string' } as const
const texts = { type: 'array', items: { type: 'string' } } as const
const flag = { type: 'boolean', default: false } as const
const integers = { type: 'array', items: { type: 'integer' } } as const

/** A Go duration: `300ms`, `1h30m`. */
const duration = { type: 'string', format: 'go-duration' } as const

/** Namespaces and their settings; each is checked by its own schema. */
const extraConfig = { type: 'object', additionalProperties: true, description: 'Components by namespace.' } as const

export const backendSchema = {
  type: 'object',
  properties: {
    host: { ...texts, description: 'Origins to choose from for each request. Default: those of the service.' },
    url_pattern: {
      ...text,
      description: 'Path, perhaps with a query, to call; takes {params} of the endpoint, {respN_x} of a sequence, {JWT.claim}.'
    },
    method: { ...text, description: 'Method to call with. Default: the endpoint\'s.' },
    encoding: { ...text, default: 'json', description: 'How the answer is decoded: json, safejson, xml, rss, string, yaml, no-op.' },
    extra_config: extraConfig,
    group: { ...text, description: 'Key to put the answer under.' },
    target: { ...text, description: 'Object inside the answer to take for all of it, as a dotted path.' },
    allow: { ...texts, description: 'Fields to keep, as dotted paths; wins over deny.' },
    deny: { ...texts, description: 'Fields to remove, as dotted paths.' },
    mapping: { type: 'object', additionalProperties: text, description: 'New names of fields of the first level.' },
    is_collection: { ...flag, description: 'The answer is a list; it is put under "collection".' },
    input_headers: {
      ...texts,
      description: 'Headers that this backend receives, of those that the endpoint accepts; "*" is a name like any other. Default: all of them.'
    },
    input_query_strings: {
      ...texts,
      description: 'Query parameters that this backend receives, of those that the endpoint accepts; "*" is a name like any other. Default: all of them.'
    },
    disable_host_sanitize: { ...flag, description: 'Take hosts as they are written.' },
    sd: { ...text, default: 'static', description: 'How hosts are found: static, or dns (the first host is an SRV name).' },
    sd_scheme: { ...text, default: 'http', description: 'Scheme of hosts found by dns.' }
  }
} as const

export const endpointSchema = {
  type: 'object',
  properties: {
    endpoint: { ...text, description: 'Path to serve, with {params}; `/*` at its end takes everything below.' },
    method: { ...text, default: 'GET', description: 'GET, POST, PUT, PATCH or DELETE.' },
    backend: { type: 'array', items: backendSchema, description: 'Backends that answer; at least one.' },
    input_headers: { ...texts, description: 'Request headers that may pass; "*" = all. Default: only Content-Type.' },
    input_query_strings: { ...texts, description: 'Query parameters that may pass, case counts; "*" = all. Default: none.' },
    output_encoding: {
      ...text,
      description: 'json, json-collection, fast-json, xml, negotiate, string, yaml, no-op. Default: the service\'s.'
    },
    timeout: { ...duration, description: 'Deadline of the whole answer. Default: the service\'s.' },
    cache_ttl: { ...duration, description: 'max-age told to clients of complete answers. Default: the service\'s.' },
    concurrent_calls: {
      type: 'integer',
      default: 1,
      description: 'How many equal calls race for the first complete answer of each backend.'
    },
    extra_config: extraConfig
  }
} as const

export const serverTlsSchema = {
  type: 'object',
  properties: {
    keys: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          public_key: { ...text, description: 'Certificate, and after it the intermediates to send.' },
          private_key: { ...text, description: 'Its key, not encrypted.' }
        }
      },
      description: 'Certificates and their keys, as paths of PEM files.'
    },
    public_key: { ...text, deprecated: true, description: 'Certificate; use keys.' },
    private_key: { ...text, deprecated: true, description: 'Its key; use keys.' },
    min_version: { ...text, default: 'TLS13', description: 'SSL3.0, TLS10, TLS11, TLS12 or TLS13.' },
    max_version: { ...text, default: 'TLS13', description: 'SSL3.0, TLS10, TLS11, TLS12 or TLS13.' },
    cipher_suites: { ...integers, description: 'IANA numbers.' },
    curve_preferences: { ...integers, description: 'IANA numbers.' },
    prefer_server_cipher_suites: { ...flag, needless: true, description: 'The order of suites is the server\'s.' },
    enable_mtls: { ...flag, description: 'Clients must show a certificate.' },
    ca_certs: { ...texts, description: 'PEM files of authorities whose client certificates are accepted.' },
    disable_system_ca_pool: { ...flag, description: 'Accept only client certificates of ca_certs.' },
    disabled: { ...flag, description: 'Serve plain HTTP as if this object were not there.' }
  }
} as const

export const serviceSchema = {
  type: 'object',
  properties: {
    $schema: { ...text, description: 'JSON Schema for editors; not read.' },
    version: { type: 'integer', description: 'Version of the format: 3; 4 is read as 3.' },
    name: { ...text, description: 'Name of the service in logs and telemetry.' },
    endpoints: { type: 'array', items: endpointSchema, description: 'What is served.' },
    host: { ...texts, description: 'Origins of backends that name none.' },
    port: { type: 'integer', default: 8080, description: 'Port to listen on.' },
    listen_ip: { ...text, description: 'IP address to listen on. Default: all.' },
    timeout: { ...duration, default: '2s', description: 'Deadline of endpoints that name none.' },
    cache_ttl: { ...duration, default: '0s', description: 'Cache time of endpoints that name none.' },
    output_encoding: { ...text, default: 'json', description: 'Output encoding of endpoints that name none.' },
    extra_config: extraConfig,
    client_tls: { description: 'TLS towards all backends without their own client_tls.' },
    allow_insecure_connections: { ...flag, description: 'Deprecated: the same in client_tls.' },
    dialer_timeout: { ...duration, description: 'Limit for connecting to a backend. Default: none.' },
    dialer_keep_alive: { ...duration, default: '15s', description: 'TCP keep-alive interval; negative = off.' },
    dialer_fallback_delay: { ...duration, default: '300ms', description: 'How long IPv6 is tried alone.' },
    disable_compression: { ...flag, description: 'Do not ask backends for gzip.' },
    disable_keep_alives: { ...flag, description: 'A connection per request.' },
    max_idle_connections: { type: 'integer', default: 0, description: 'Idle connections kept in all; 0 = no limit.' },
    max_idle_connections_per_host: { type: 'integer', default: 250, description: 'Idle connections kept per host.' },
    idle_connection_timeout: { ...duration, default: '0s', description: 'How long an idle connection is kept; 0 = no limit.' },
    response_header_timeout: { ...duration, default: '0s', description: 'Limit for a backend\'s headers; 0 = none.' },
    expect_continue_timeout: { ...duration, default: '0s', description: 'How long 100 Continue is awaited.' },
    debug_endpoint: { ...flag, description: 'Serve /__debug/*.' },
    echo_endpoint: { ...flag, description: 'Serve /__echo/*.' },
    plugin: { description: 'Folder of Go plugins; not supported.' },
    tls: { ...serverTlsSchema, description: 'TLS of the listener.' },
    read_timeout: { ...duration, default: '0s', description: 'Limit for reading a request; 0 = none.' },
    read_header_timeout: { ...duration, default: '0s', description: 'Limit for reading its headers. Default: read_timeout.' },
    write_timeout: { ...duration, default: '0s', description: 'Limit for writing a response; 0 = none.' },
    idle_timeout: { ...duration, default: '0s', description: 'How long an idle client connection is kept. Default: read_timeout.' },
    max_header_bytes: { type: 'integer', default: 1048576, description: 'Size limit of a request\'s headers.' },
    max_shutdown_wait_time: {
      ...duration,
      default: '0s',
      description: 'How long a shutdown waits for running requests; 0 = until they end.'
    },
    disable_rest: { ...flag, description: 'Let {params} stand anywhere in a path segment.' },
    use_h2c: { ...flag, description: 'HTTP/2 without TLS on the listener.' },
    dns_cache_ttl: { ...duration, default: '30s', description: 'How long an SRV answer is used; at least 1s.' },
    async_agent: { description: 'Queue consumers; not supported.' },
    sequential_start: { ...flag, needless: true, description: 'Start queue consumers one after the other.' }
  }
} as const

export type BackendKeys = Static<typeof backendSchema>
export type EndpointKeys = Static<typeof endpointSchema>
export type ServerTlsKeys = Static<typeof serverTlsSchema>
export type ServiceKeys = Static<typeof serviceSchema>
