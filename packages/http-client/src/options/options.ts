import type { Static } from 'typebox'
import { hostProperties } from './host-options.ts'

// Plain JSON Schemas: loading a schema builder would take longer than the whole start of a gateway.
const comments = { '^[@$_#]': {} } as const
const version = { type: 'string', enum: ['SSL3.0', 'TLS10', 'TLS11', 'TLS12', 'TLS13'] } as const

/** One pair of `client_certs`. */
const ClientCertificateOptions = {
  type: 'object',
  required: ['certificate', 'private_key'],
  properties: {
    certificate: {
      type: 'string',
      examples: ['/path/to/file.pem'],
      description: 'PEM file with the certificate, and after it the intermediates to send.'
    },
    private_key: {
      type: 'string',
      examples: ['/path/to/file.pem'],
      description: 'PEM file with its key, not encrypted. May be the file of the certificate.'
    }
  },
  patternProperties: comments,
  additionalProperties: false
} as const

/**
 * `client_tls`: TLS towards upstreams and https proxies, at the root or of one backend. Paths are relative to the
 * working directory.
 */
export const ClientTlsOptions = {
  type: 'object',
  properties: {
    allow_insecure_connections: {
      type: 'boolean',
      default: false,
      description: 'Accepts every certificate, regardless of its issuer, names and dates.'
    },
    ca_certs: {
      type: 'array',
      items: { type: 'string' },
      default: [],
      description: 'PEM files with certificates to trust beside the system\'s: authorities, intermediates, or the very certificate of a server.'
    },
    disable_system_ca_pool: { type: 'boolean', default: false, description: 'Trust ca_certs only.' },
    client_certs: {
      type: 'array',
      items: ClientCertificateOptions,
      default: [],
      description: 'Certificates to show to servers that ask for one. The first one wins whose issuer is among those the server names.'
    },
    min_version: { ...version, default: 'TLS13', description: 'Oldest version of TLS to accept.' },
    max_version: { ...version, default: 'TLS13', description: 'Newest version of TLS to offer.' },
    cipher_suites: {
      type: 'array',
      items: { type: 'integer', minimum: 0, maximum: 65535 },
      default: [],
      description: 'IANA numbers of suites for TLS 1.2 and older; those of TLS 1.3 are always on. Empty: ECDHE with AES-GCM or ChaCha20.'
    },
    curve_preferences: {
      type: 'array',
      items: { type: 'integer', minimum: 0, maximum: 65535 },
      default: [],
      description: 'Curves to exchange keys with: 23 (P-256), 24 (P-384), 25 (P-521), 29 (X25519). Empty: the first three.'
    }
  },
  patternProperties: comments,
  additionalProperties: false
} as const
export type ClientTlsOptions = Static<typeof ClientTlsOptions>

const duration = { type: 'string', format: 'go-duration' } as const
const texts = { type: 'array', items: { type: 'string' } } as const

/** `redirects` of `floodgate`: what is stricter than on the reference. */
export const RedirectOptions = {
  type: 'object',
  properties: {
    max: { type: 'integer', minimum: 1, maximum: 9, default: 9, description: 'Redirects to follow in a row; one more fails the call.' },
    allowed_hosts: {
      ...texts,
      description: 'Hosts to follow redirects to beside the backend\'s own: names, *.names, addresses; perhaps with a port. Others fail the call.'
    },
    same_origin: {
      type: 'boolean',
      default: false,
      description: 'Follow a redirect only where scheme, host and port stay the same; others fail the call.'
    },
    strip_headers: {
      ...texts,
      default: [],
      description: 'Headers that do not go along when a redirect leaves scheme, host and port of the backend.'
    },
    client_certs: {
      type: 'string',
      enum: ['any', 'origin'],
      default: 'any',
      description: 'Whether every target of a redirect may see the client certificate, or only scheme, host and port of the backend.'
    }
  },
  patternProperties: comments,
  additionalProperties: false
} as const
export type RedirectOptions = Static<typeof RedirectOptions>

/** Times of one backend: the first three take the place of those of the root. */
const timeProperties = {
  dialer_timeout: { ...duration, description: 'Time to connect, for this backend; 0s = no limit. Default: that of the root.' },
  response_header_timeout: {
    ...duration,
    description: 'Time from the end of the request to the headers of the answer, for this backend; 0s = no limit. Default: that of the root.'
  },
  idle_connection_timeout: {
    ...duration,
    description: 'Close connections idle for so long, for this backend; 0s = never. Default: that of the root.'
  },
  timeout: {
    ...duration,
    description: 'Deadline of a call to this backend, with connecting, redirects, repetitions and body; the endpoint\'s applies as well.'
  }
} as const

/** `floodgate` in `backend/http/client`: what the reference does not have, and ignores. */
export const OwnClientOptions = {
  type: 'object',
  properties: {
    redirects: { ...RedirectOptions, description: 'What is stricter about redirects.' },
    servername: {
      type: 'string',
      description: 'Name to send as SNI and to look for in the certificate, in place of the backend\'s host. The Host header stays.'
    },
    pins: {
      ...texts,
      description: 'Keys that a certificate of the server\'s chain must have, one of them: sha256/ and the SHA-256 of SubjectPublicKeyInfo in base64.'
    },
    no_proxy: { ...texts, default: [], description: 'Hosts that no proxy is used for, as NO_PROXY lists them.' },
    max_connections: {
      type: 'integer',
      minimum: 1,
      maximum: 65535,
      description: 'Connections to one origin at most; requests wait for one.'
    },
    http2: { type: 'boolean', default: false, description: 'Speak HTTP/2 to https backends that know it.' },
    ...timeProperties,
    ...hostProperties
  },
  patternProperties: comments,
  additionalProperties: false
} as const
export type OwnClientOptions = Static<typeof OwnClientOptions>

/** `backend/http/client`: how one backend is reached. */
export const HttpClientOptions = {
  type: 'object',
  properties: {
    client_tls: { ...ClientTlsOptions, description: 'TLS towards this backend, in place of the whole client_tls of the root.' },
    no_redirect: { type: 'boolean', default: false, description: 'Hand redirects to the client instead of following them.' },
    proxy_address: {
      type: 'string',
      default: '',
      description: 'Forward proxy with scheme (http, https, socks5, socks5h) and port, perhaps with user and password. Empty: as HTTP_PROXY, HTTPS_PROXY and NO_PROXY say.'
    },
    send_body_on_redirect: {
      type: 'boolean',
      default: false,
      description: 'Send the body, up to 8 MiB, again to the target of a 307 or 308.'
    },
    floodgate: {
      ...OwnClientOptions,
      description: 'What KrakenD does not have, and ignores: safer redirects, another name or pinned keys in TLS, exceptions from the proxy, the number of connections, HTTP/2, times, hosts that fail.'
    }
  },
  patternProperties: comments,
  additionalProperties: false
} as const
export type HttpClientOptions = Static<typeof HttpClientOptions>

const milliseconds = { type: 'number', default: 0 } as const

/** The keys of the root that hold for every backend's client, times as milliseconds. */
export const TransportOptions = {
  type: 'object',
  properties: {
    client_tls: { ...ClientTlsOptions, description: 'TLS towards every backend that has no client_tls of its own.' },
    allow_insecure_connections: {
      type: 'boolean',
      default: false,
      description: 'Old spelling of client_tls.allow_insecure_connections; like any client_tls it raises the minimum to TLS 1.3.'
    },
    dialer_timeout: { ...milliseconds, description: 'Time to connect; 0 = none of its own.' },
    dialer_keep_alive: { ...milliseconds, description: 'Interval of TCP keep-alive probes; 0 = 15 s, negative = off.' },
    dialer_fallback_delay: { ...milliseconds, description: 'Wait before the other address family is tried; 0 = 300 ms, negative = off.' },
    disable_keep_alives: { type: 'boolean', default: false, description: 'One request per connection.' },
    disable_compression: { type: 'boolean', default: false, description: 'Do not ask backends for gzip.' },
    max_idle_connections: { type: 'integer', default: 0, description: 'Idle connections to keep in all; 0 = any number.' },
    max_idle_connections_per_host: { type: 'integer', default: 250, description: 'Idle connections to keep for one host; 0 = 250.' },
    idle_connection_timeout: { ...milliseconds, description: 'Close connections idle for so long; 0 = never.' },
    response_header_timeout: {
      ...milliseconds,
      description: 'Time from the end of the request to the headers of the answer; 0 = none of its own.'
    },
    expect_continue_timeout: {
      ...milliseconds,
      description: 'Time to wait for 100 Continue. Accepted and without effect: no request asks for it.'
    }
  }
} as const
export type TransportOptions = Static<typeof TransportOptions>
