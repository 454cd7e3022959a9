/**
 * The frozen model of a configuration: the result of `@floodgate/config-loader`, with all defaults and inherited values
 * resolved. Names are camelCase; durations are in milliseconds.
 */
import type { ClientSettings, Place, ServerTls } from '@floodgate/settings'

export type { Place }

/** `extra_config` by namespace: current names (old ones are resolved), without comment keys, values as configured. */
export type ExtraConfig = Readonly<Record<string, unknown>>

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD' | 'OPTIONS'

export interface Service {
  readonly name: string
  readonly endpoints: readonly Endpoint[]
  readonly extra: ExtraConfig
  readonly place: Place
  /** Client settings of calls to other servers than backends: the global `client_tls`, the proxy of the environment. */
  readonly client: ClientSettings
  /** Port to listen on; 0 takes a free one. */
  readonly port: number
  /** Address to listen on; '' for all. */
  readonly listenIp: string
  /** Server TLS; null = plain HTTP. */
  readonly tls: ServerTls | null
  readonly debugEndpoint: boolean
  readonly echoEndpoint: boolean
  /** Whether `{param}` may be a part of a path segment. */
  readonly disableRest: boolean
  readonly useH2c: boolean
  /** How long an SRV answer is used, in ms. */
  readonly dnsCacheTtl: number
  /** Limits of the listener, in ms; 0 = none. */
  readonly readTimeout: number
  readonly readHeaderTimeout: number
  readonly writeTimeout: number
  readonly idleTimeout: number
  /** Size limit of a request's header block in bytes. */
  readonly maxHeaderBytes: number
  /** How long a shutdown waits for running requests, in ms; 0: until they end. */
  readonly maxShutdownWaitTime: number
}

export interface Endpoint {
  /** Position in `endpoints`, from 0. */
  readonly index: number
  /** Path as configured, with `{params}` and an optional `/*` at its end. */
  readonly path: string
  readonly method: Method
  readonly backends: readonly [Backend, ...Backend[]]
  /** Names of request headers that are passed on; `['*']` = all, empty = only Content-Type. Lower case. */
  readonly inputHeaders: readonly string[]
  /** Names of query parameters that are passed on; `['*']` = all. Case-sensitive. */
  readonly inputQueryStrings: readonly string[]
  /** Lower case: `json`, `no-op`, … */
  readonly outputEncoding: string
  /** Deadline of the whole response, including the body, in ms. */
  readonly timeout: number
  /** max-age of complete responses in ms (the header shows whole seconds); 0 = no Cache-Control. */
  readonly cacheTtl: number
  readonly concurrentCalls: number
  readonly extra: ExtraConfig
  readonly place: Place
  /**
   * Unsupported settings of the endpoint, for which it answers 501. Default: none, so that it is served.
   */
  readonly unsupported?: readonly string[]
}

export interface Backend {
  /** Position in the endpoint's `backend`, from 0. */
  readonly index: number
  /** Origins to choose from, sanitised: `http://api:8080`. With `sd: dns` the first is an SRV name. */
  readonly hosts: readonly string[]
  /** Weight of each host (`floodgate.weights`); absent = all alike. */
  readonly weights?: readonly number[]
  readonly urlPattern: string
  readonly method: Method
  /** Lower case: `json`, `safejson`, `xml`, `rss`, `string`, `yaml`, `no-op`; unknown ones are `json`. */
  readonly encoding: string
  readonly group: string
  readonly target: string
  readonly allow: readonly string[]
  readonly deny: readonly string[]
  readonly mapping: Readonly<Record<string, string>>
  readonly isCollection: boolean
  /** Further restrict the endpoint's filter; empty = no filter, `['']` = nothing passes. Lower case. */
  readonly inputHeaders: readonly string[]
  readonly inputQueryStrings: readonly string[]
  /** `dns`: SRV records; `dns-a`: each address of a name is a host. */
  readonly sd: 'static' | 'dns' | 'dns-a'
  readonly sdScheme: string
  /** Effective client settings: the backend's own over the service's. */
  readonly client: ClientSettings
  readonly extra: ExtraConfig
  readonly place: Place
}

/** Root keys of the HTTP transport to backends. */
export type TransportKeys = ClientSettings['transport']
