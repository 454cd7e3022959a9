import type { FastifyRequest, onRequestHookHandler, preHandlerHookHandler } from 'fastify'
import type { Feature, Headers, StepResponse, Workers } from '@floodgate/core'
import type { LoadedConfig } from '@floodgate/config-loader'
import type { Configuration } from './configuration.ts'

/** Options of the gateway plugin. */
export interface GatewayOptions {
  /** Path of a configuration file, the configuration as an object, or what `loadConfiguration` made of one. */
  readonly config: string | Configuration | LoadedConfig
  /** Name in `app.floodgate`. Default: the prefix, else the configuration's name. */
  readonly name?: string
  /** Path in front of every endpoint. Default: none. */
  readonly prefix?: string
  /** Features of your own, beside the built-in ones. */
  readonly features?: readonly Feature[]
  /** Functions per endpoint, by method and path as configured: `'GET /users/{id}'`. */
  readonly overrides?: Readonly<Record<string, EndpointOverrides>>
  /**
   * Who answers what matches no route: `gateway` with the configuration's 404, 405 and redirects, `host` with the app's
   * own handler. Default: `gateway` under a prefix, `host` without one.
   */
  readonly notFound?: 'gateway' | 'host'
  /** What may be unsupported although it stops the start: namespaces, plugins, keys such as `auth/validator.KEY`; `*` stands for any text. */
  readonly allowUnsupported?: readonly string[]
  /** `skip`: endpoints that need something unsupported answer 501, and the others are served. Default: `stop`, the start. */
  readonly unsupported?: 'stop' | 'skip'
  /** Where `KRAKEND_*` and proxy variables come from. Default: `process.env`. */
  readonly env?: NodeJS.ProcessEnv
  /** How long closing waits for calls to backends, in ms, before it cuts them. Default 10,000. */
  readonly closeTimeout?: number
  /** The other processes of this gateway, as `serve` gives them. Default: none. */
  readonly workers?: Workers | null
  /** Reads certificates of `client_tls` anew when their files change. Default `true`. */
  readonly watchCertificates?: boolean
  /** `false`: serves no metrics, even where `floodgate.metrics` is configured. Default `true`. */
  readonly metrics?: boolean
}

/** Functions that change one endpoint. */
export interface EndpointOverrides {
  /** Fastify hook of the route, before anything else. */
  readonly onRequest?: onRequestHookHandler
  /** Fastify hook of the route, right before the endpoint is served. */
  readonly preHandler?: preHandlerHookHandler
  /** Gives the origin to call in place of the configured hosts: `http://api:8080`. */
  readonly getUpstream?: (request: FastifyRequest) => string
  /** Gives the headers that go to a backend; those given are a copy, names in lower case. */
  readonly rewriteRequestHeaders?: (headers: Headers, request: FastifyRequest) => Headers
  /** Gives the headers that go to the client; those given are the backend's, or empty for decoded answers. */
  readonly rewriteHeaders?: (headers: Headers, request: FastifyRequest) => Headers
  /** Sees the answer before it is written; may change or replace it. */
  readonly onResponse?: (response: StepResponse, request: FastifyRequest) => StepResponse | Promise<StepResponse>
}
