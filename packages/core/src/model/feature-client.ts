import type { Dispatcher } from 'undici'
import type { ClientSettings } from '@floodgate/settings'

/** Wraps one hop on the wire, as undici's own interceptors do. */
export type Interceptor = Dispatcher.DispatcherComposeInterceptor

/** A feature's view of the HTTP client of one distinct set of client settings (`Client` of `@floodgate/http-client`). */
export interface FeatureClient {
  /** Hash of the settings: equal settings, equal key. Holds no secret. */
  readonly key: string
  readonly settings: ClientSettings
  /** Begins a call for a handler of undici's current protocol, without loading undici. */
  dispatch (options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean
  /** Follows redirects, keeps deadlines, chooses proxy and TLS. The gateway closes it. */
  readonly dispatcher: Dispatcher
  /** Uses the same connections, but returns redirects as responses. The gateway closes it. */
  readonly withoutRedirects: Dispatcher
  /** Creates a dispatcher over the same connections whose hops pass through interceptors; the last one is the outermost. */
  intercept (...interceptors: Interceptor[]): Dispatcher
}
