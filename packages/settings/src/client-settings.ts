/** A backend's effective client settings: everything that decides how it is reached. Equal settings share a client. */
export interface ClientSettings {
  /**
   * null = no `client_tls` anywhere: Go's own defaults (TLS 1.2 and 1.3). Present, even empty: TLS 1.3 only unless it
   * says otherwise.
   */
  readonly tls: TlsSettings | null
  readonly followRedirects: boolean
  readonly sendBodyOnRedirect: boolean
  /** Forward proxy; null = as the environment says. */
  readonly proxy: ProxySettings | null
  readonly transport: TransportSettings
  /** The key `floodgate`: what the reference does not have. Absent = none of it. */
  readonly own?: OwnClientSettings
}

/** What is stricter or other than on the reference, by the wish of the configuration. Absent = as there; lists are sorted. */
export interface OwnClientSettings {
  readonly redirects?: RedirectSettings
  /** Name to send as SNI, and to look for in the certificate, instead of the host of the origin that is called. */
  readonly servername?: string
  /** SHA-256 of public keys (SubjectPublicKeyInfo, base64): the chain of every server, but not of a proxy, must hold one. */
  readonly pins?: readonly string[]
  /** Entries of NO_PROXY: hosts that are reached directly. */
  readonly noProxy?: readonly string[]
  /** Connections to one destination at most; calls wait for one. */
  readonly maxConnections?: number
  /** ms after which a connection takes no more requests. */
  readonly maxConnectionAge?: number
  /** Offers HTTP/2 to https origins. */
  readonly http2?: boolean
  /** ms for a whole call. */
  readonly timeout?: number
  /** A request that could not be sent to a host is not sent to another one. Absent: it is, at once. */
  readonly failover?: false
  /** Requests go to the host with the fewest running ones. Absent: hosts take turns. */
  readonly balance?: 'least-requests'
  readonly eject?: EjectSettings
  readonly retry?: RetrySettings
  readonly health?: HealthSettings
}

/** When a host that fails gets no requests, and for how long. */
export interface EjectSettings {
  /** Failures in a row. */
  readonly consecutive: number
  /** ms of the first ejection; of those that follow it, as many times longer. */
  readonly for: number
  /** Share of a backend's hosts that may be ejected at a time. */
  readonly maxPercent: number
  /** Statuses that count as failures, beside calls without an answer; sorted. */
  readonly statuses: readonly number[]
}

/** `dial`: nothing was sent; `hangup`: the connection ended without an answer; `timeout`: no headers in time; a status. */
export type RetryCause = 'dial' | 'hangup' | 'timeout' | number

/** When a request is sent once more. */
export interface RetrySettings {
  /** Repetitions of one request at most. */
  readonly attempts: number
  /** Sorted. */
  readonly on: readonly RetryCause[]
  /** ms before the first repetition; each further one waits twice as long. */
  readonly backoff: number
  /** Repetitions, as a share of the calls of the last 10 s. */
  readonly budget: number
}

/** How hosts are checked without requests of clients. */
export interface HealthSettings {
  /** Path, perhaps with a query, of a GET. */
  readonly path: string
  /** ms between two checks of a host. */
  readonly interval: number
  /** Statuses of a host that works; empty = 200 to 299. Sorted. */
  readonly statuses: readonly number[]
}

export interface RedirectSettings {
  /** Redirects of one call that are followed; one more fails it. */
  readonly max?: number
  /** Hosts to follow to beside the first request's own: `name`, `*.name`, an address; perhaps with `:port`. */
  readonly allowedHosts?: readonly string[]
  /** Follows only where scheme, host and port stay those of the first request. */
  readonly sameOrigin?: boolean
  /** Headers, in lower case, that do not go beyond the origin of the first request. */
  readonly stripHeaders?: readonly string[]
  /** Shows the client certificate to the origin of the first request only. */
  readonly clientCerts?: 'origin'
}

/** Files of certificates and keys, by absolute paths. */
export interface CertificateFiles {
  readonly caCerts: readonly string[]
  readonly clientCerts: readonly { readonly certificate: string, readonly privateKey: string }[]
}

/** `client_tls`. */
export interface TlsSettings extends CertificateFiles {
  readonly allowInsecureConnections: boolean
  readonly disableSystemCaPool: boolean
  readonly minVersion: TlsVersion
  readonly maxVersion: TlsVersion
  /** IANA numbers; empty = the reference's six. Never limits TLS 1.3. */
  readonly cipherSuites: readonly number[]
  /** IANA numbers; empty = P-256, P-384, P-521. */
  readonly curvePreferences: readonly number[]
  /** SHA-256 of public keys (SubjectPublicKeyInfo, base64): the server's chain must hold one of them. Absent = any key. */
  readonly pinnedKeys?: readonly string[]
}

export type TlsVersion = 'SSL3.0' | 'TLS10' | 'TLS11' | 'TLS12' | 'TLS13'

/** A forward proxy. The credentials are secret: never print them. */
export interface ProxySettings {
  readonly protocol: 'http' | 'https' | 'socks5' | 'socks5h'
  readonly host: string
  readonly port: number
  /** Decoded; null = none given. */
  readonly username: string | null
  readonly password: string | null
}

/** Root transport keys, in ms where they are times; 0 = none. */
export interface TransportSettings {
  readonly dialerTimeout: number
  /** TCP keep-alive interval; 0 = 15 s, negative = off. */
  readonly dialerKeepAlive: number
  readonly dialerFallbackDelay: number
  readonly disableKeepAlives: boolean
  readonly maxIdleConnections: number
  readonly maxIdleConnectionsPerHost: number
  readonly idleConnectionTimeout: number
  readonly responseHeaderTimeout: number
  readonly expectContinueTimeout: number
  readonly disableCompression: boolean
}
