import type { FastifyBaseLogger, FastifyInstance, onRequestAbortHookHandler, onRequestHookHandler, onResponseHookHandler, onSendHookHandler, preHandlerHookHandler } from 'fastify'
import type { TSchema } from 'typebox'
import type { FeatureClient, Interceptor } from './feature-client.ts'
import type { ClientSettings } from '@floodgate/settings'
import type { Backend, Endpoint, Place, Service } from './model.ts'
import type { Exchange, Step } from '../request/step.ts'
import type { CreateService, Workers } from '../workers/workers.ts'

/** Shapes of a namespace's settings at each level; a level without a schema is a place where the namespace means nothing. */
export interface FeatureSchemas {
  service?: TSchema
  endpoint?: TSchema
  backend?: TSchema
}

/** What a feature gets before the first request. */
export interface FeatureContext {
  readonly model: Service
  /** Scope of this gateway: the place for routes and decorators of the feature's own. */
  readonly scope: FastifyInstance
  readonly log: FastifyBaseLogger
  /** The client of a backend's effective settings, shared with all backends of equal settings. */
  clientFor (backend: Backend): FeatureClient
  /**
   * The client of the service's own settings (global `client_tls`, environment proxy): for key sets, tokens, exporters;
   * or of settings derived from them (`model.client`). Closed with the gateway.
   */
  serviceClient (settings?: ClientSettings): FeatureClient
  /** Whether the gateway is only built to be judged (`floodgate check`): nothing is to be connected, listened on or written then. */
  readonly judging: boolean
  /** The other processes of this gateway; null where it has only this one. */
  readonly workers: Workers | null
  /** Runs when the gateway is told to read its files again (SIGHUP): keys, lists, certificates. What fails is logged. */
  onRenew (renew: () => void | Promise<void>): void
  /** Stops the start with a problem shown at this place of the configuration. */
  problem (place: Place, message: string): void
  /** Tells a doubt about this place of the configuration: at each start, and by `floodgate check`. Of use until the gateway is built. */
  warning (place: Place, message: string): void
  /** Runs when the gateway closes, after the last request. */
  onClose (close: () => void | Promise<void>): void
}

/** Hooks on every request of the gateway, also of those that match no route. */
export interface ServiceHooks {
  onRequest?: onRequestHookHandler
  onSend?: onSendHookHandler
  /** After the response has been sent whole. */
  onResponse?: onResponseHookHandler
  /** The client went away before its body was read; after that, only `close` of the raw response tells. */
  onRequestAbort?: onRequestAbortHookHandler
  /** Leaves the health endpoint out of `onRequest` and `onSend`, which then end with `done`. Default: all requests have them. */
  sparesHealth?: boolean
}

/** Hooks on one endpoint's route; they run before the request's headers are filtered. */
export interface RouteHooks {
  onRequest?: onRequestHookHandler
  preHandler?: preHandlerHookHandler
  onSend?: onSendHookHandler
}

/**
 * Something a namespace of `extra_config` switches on, and the only way anything attaches to the gateway. Each place
 * is called once per configured place, at boot, with the settings validated; returning undefined (hooks) or `next`
 * itself (wraps) means "nothing to do here". What is not configured is never called.
 */
export interface Feature {
  /** Key in `extra_config`: `qos/ratelimit/router`. */
  readonly namespace: string
  /** Other features' namespace behind which this one stands in the stack; without it, innermost of its kind. */
  readonly after?: string
  readonly schemas: FeatureSchemas
  /** Of a `plugin/*` namespace: names of the plugins it serves. Others are told, and stop the start where they guard something; absent = all are served. */
  readonly plugins?: readonly string[]
  /** Other namespaces that its settings are judged with, of the same place or the service: a problem that follows from an error in those is not told. */
  readonly needs?: readonly string[]
  /** Services that the primary of a gateway with workers runs, by topic (`context.workers.call`). */
  readonly services?: Readonly<Record<string, CreateService>>
  /**
   * Gives the parts of the feature that are not here yet. Called before `setup` where its namespace is configured, so
   * that code which nobody needs is not loaded; names, schemas, plugins and services have to be here.
   */
  load? (): Promise<Partial<Feature>>
  setup? (context: FeatureContext): void | Promise<void>
  /** Around every request, also those that match no route. */
  service? (settings: any, context: FeatureContext): ServiceHooks | undefined
  /** Hooks of one route; may set claims and headers before they are filtered. */
  route? (settings: any, endpoint: Endpoint, context: FeatureContext): RouteHooks | undefined
  /** Around the endpoint's merged answer. */
  endpoint? (settings: any, next: Step, endpoint: Endpoint, context: FeatureContext): Step
  /** Around the whole call of one backend: before its address is built and its headers are filtered, and around its copies (`concurrent_calls`). */
  call? (settings: any, next: Step, backend: Backend, context: FeatureContext): Step
  /** Around one backend's decoded, shaped answer. */
  backend? (settings: any, next: Step, backend: Backend, context: FeatureContext): Step
  /** Around one raw HTTP call with its redirects, before decoding. */
  exchange? (settings: any, next: Exchange, backend: Backend, context: FeatureContext): Exchange
  /** One hop on the wire. */
  client? (settings: any, backend: Backend, context: FeatureContext): Interceptor | undefined
}
