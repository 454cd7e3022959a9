import type { Dispatcher } from 'undici'
import type { Interceptor } from './interceptor.ts'
import type { ClientSettings } from './settings.ts'
import type { ClientStatistics } from './statistics.ts'

/** The client of one distinct set of settings. */
export interface Client {
  /** Hash of the settings: equal settings, equal key. Holds no secret. */
  readonly key: string
  readonly settings: ClientSettings
  /** Follows redirects, keeps deadlines, chooses proxy and TLS. Never close it: its registry does. */
  readonly dispatcher: Dispatcher
  /**
   * Makes a dispatcher over the same connections whose hops, each redirect included, go through interceptors; the last
   * one given is the outermost. It needs no closing.
   */
  intercept (...interceptors: Interceptor[]): Dispatcher
  /**
   * Reads the certificates anew. New calls get new connections and TLS sessions; calls that run end as they began.
   *
   * @throws {FG_ERR_HTTP_CLIENT_UNUSABLE_FILES} or what OpenSSL says of them; then everything stays as it was
   */
  renew (): void
  stats (): ClientStatistics
}
