import type {
  FastifyBaseLogger, FastifyInstance, onRequestAbortHookHandler, onRequestHookHandler, onResponseHookHandler,
  onSendHookHandler, preHandlerHookHandler
} from 'fastify'
import type { TSchema } from 'typebox'
import type { FeatureClient, Interceptor } from './feature-client.ts'
import type { ClientSettings } from '@floodgate/settings'
import type { MetricDefinition, Metrics } from '../metrics/metrics.ts'
import type { Backend, Endpoint, Place, Service } from './model.ts'
import type { Exchange, Step } from '../request/step.ts'
import type { Watch } from '../request/watch.ts'
import type { CreateService, Workers } from '../workers/workers.ts'

/** Shapes of a namespace's settings at each level; at a level without a schema the namespace has no effect. */
export interface FeatureSchemas {
  service?: TSchema
  endpoint?: TSchema
  backend?: TSchema
}

type Failures = string | readonly string[] | null | undefined

/**
 * Returns, or resolves to, why the gateway is not to get requests; null = it is. What it throws is a reason too. Clients see it:
 * it contains no secrets.
 */
export type ReadyCheck = () => Failures | Promise<Failures>

/** The context that a feature receives before the first request. */
export interface FeatureContext {
  readonly model: Service
  /**
   * Scope of this gateway: for routes and decorators of the feature. In a host's app with `reloadable`, only hooks of requests and
   * routes can be added.
   */
  readonly scope: FastifyInstance
  readonly log: FastifyBaseLogger
  /** The client of a backend's effective settings, shared by all backends with equal settings. */
  clientFor (backend: Backend): FeatureClient
  /**
   * The client of the service's own settings (global `client_tls`, environment proxy): for key sets, tokens, exporters;
   * or of settings derived from them (`model.client`). Closed with the gateway.
   */
  serviceClient (settings?: ClientSettings): FeatureClient
  /**
   * Whether the gateway is only built for a check (`floodgate check`): then a feature must not connect, listen or
   * write.
   */
  readonly dryRun: boolean
  /** The other processes of this gateway; null if it has only this one. */
  readonly workers: Workers | null
  /**
   * Where the feature reports what it does; null if no metrics are configured: then it counts nothing. Series are taken at
   * boot: `const refused = context.metrics?.counter(definition, endpointLabels(endpoint))`, `refused?.add()`.
   */
  readonly metrics: Metrics | null
  /** The environment of the gateway: `process.env`, or what the host gave. */
  readonly env: NodeJS.ProcessEnv
  /** Folder that paths relative to the configuration file start from; the working directory for an object, and for the standard input. */
  readonly folder: string
  /** Names a file, absolute, that was read for the configuration: after a change of it a reload has something to do. */
  reads (file: string): void
  /**
   * Returns state that outlives a reload: while the key and the settings stay equal, each configuration gets the value that
   * `make` returned first, and `close` is called when none uses it any more. Limits, circuit breakers, caches, key sets.
   *
   * @param key what it belongs to, and no position in a list: the namespace and `stableName` of the place
   * @param settings JSON; what the value was made from
   */
  keep<Value> (key: string, settings: unknown, make: () => Value, close?: (value: Value) => void | Promise<void>): Value
  /**
   * Runs when this configuration begins to serve: the gateway listens, or has replaced the one before. Ports are opened
   * here. Failures are logged.
   */
  onServe (serve: () => void | Promise<void>): void
  /** Runs when the gateway reads its files again (SIGHUP): keys, lists, certificates. Failures are logged. */
  onRenew (renew: () => void | Promise<void>): void
  /**
   * Offers a check to `/readyz`, which makes it if `floodgate.health.checks` has the name; several may have one name. It is made
   * when a probe comes, at most once per second, and fails after 600 ms. Only valid until the gateway is built.
   */
  checkReady (name: string, check: ReadyCheck): void
  /** Reports an error at this place of the configuration, which prevents the start. */
  problem (place: Place, message: string): void
  /**
   * Reports a warning at this place of the configuration, at each start and by `floodgate check`. Only valid until the
   * gateway is built.
   */
  warning (place: Place, message: string): void
  /** Runs when the gateway closes, after the last request. */
  onClose (close: () => void | Promise<void>): void
}

/** Hooks on every request of the gateway, also of those that match no route. */
export interface ServiceHooks {
  onRequest?: onRequestHookHandler
  onSend?: onSendHookHandler
  /** After the response has been sent completely. */
  onResponse?: onResponseHookHandler
  /** The client disconnected before its body was read; later, only `close` of the raw response is emitted. */
  onRequestAbort?: onRequestAbortHookHandler
  /**
   * Excludes the health endpoint from `onRequest` and `onSend`, which must call `done` then. Default: they run for all
   * requests.
   */
  sparesHealth?: boolean
}

/** Hooks on one endpoint's route; they run before the request's headers are filtered. */
export interface RouteHooks {
  onRequest?: onRequestHookHandler
  preHandler?: preHandlerHookHandler
  onSend?: onSendHookHandler
}

/**
 * An extension that a namespace of `extra_config` enables; nothing else attaches to the gateway. Each function is
 * called once per configured place, at boot, with validated settings; returning undefined (hooks) or `next` itself
 * (wraps) means "nothing to do here". It is not called for places without the namespace.
 */
export interface Feature {
  /** Key in `extra_config`: `qos/ratelimit/router`. */
  readonly namespace: string
  /** Namespaces of features after which this one is placed in the stack; without it, innermost of its kind. */
  readonly after?: string
  readonly schemas: FeatureSchemas
  /**
   * For a `plugin/*` namespace: names of the plugins that it implements. Others are reported, as errors if they protect
   * something; absent: all are implemented.
   */
  readonly plugins?: readonly string[]
  /** Whether settings of the service apply to backends without settings of their own. Default: they do not. */
  readonly inherits?: boolean
  /**
   * Other namespaces, at the same place or of the service, that its settings are checked with: a problem that follows
   * from an error in those is not reported.
   */
  readonly needs?: readonly string[]
  /**
   * Whether the feature, with these settings, reads request bodies whole and holds them in memory: `floodgate check` names
   * the endpoints. Default: it never does.
   */
  holdsBodies? (settings: any): boolean
  /** The metrics that it reports, for documentation; may be loaded. */
  readonly metrics?: readonly MetricDefinition[]
  /** Services that the primary of a gateway with workers runs, by topic (`context.workers.call`). */
  readonly services?: Readonly<Record<string, CreateService>>
  /**
   * Loads the remaining parts of the feature. Called before `setup` if its namespace is configured, so that unused code
   * is not loaded; names, schemas, plugins and services must be present without it.
   */
  load? (): Promise<Partial<Feature>>
  setup? (context: FeatureContext): void | Promise<void>
  /** Watches all endpoints, where the service has the namespace; called after `setup`. */
  watch? (settings: any, context: FeatureContext): Watch | undefined
  /** Around every request, also those that match no route. */
  service? (settings: any, context: FeatureContext): ServiceHooks | undefined
  /** Hooks of one route; may set claims and headers before they are filtered. */
  route? (settings: any, endpoint: Endpoint, context: FeatureContext): RouteHooks | undefined
  /** Around the endpoint's merged answer. */
  endpoint? (settings: any, next: Step, endpoint: Endpoint, context: FeatureContext): Step
  /**
   * Around the whole call of one backend: before its address is built and its headers are filtered, and around its
   * copies (`concurrent_calls`).
   */
  call? (settings: any, next: Step, backend: Backend, context: FeatureContext): Step
  /** Around one backend's decoded, shaped answer. */
  backend? (settings: any, next: Step, backend: Backend, context: FeatureContext): Step
  /** Around one raw HTTP call with its redirects, before decoding. */
  exchange? (settings: any, next: Exchange, backend: Backend, context: FeatureContext): Exchange
  /** One hop on the wire. */
  client? (settings: any, backend: Backend, context: FeatureContext): Interceptor | undefined
}
