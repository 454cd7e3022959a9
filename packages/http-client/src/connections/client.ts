import type { Socket } from 'node:net'
import type { Dispatcher } from 'undici'
import type { ClientDispatchOptions } from '../call/begin-call.ts'
import type { Interceptor } from '../call/interceptor.ts'
import type { GroupOptions, HostGroup } from '../hosts/host-group.ts'
import type { ClientSettings } from '@floodgate/settings'
import type { ClientStatistics } from './statistics.ts'

/** Arguments of undici's `connect`; only the destination is used. */
export interface ConnectorOptions {
  readonly hostname: string
  readonly protocol: string
  /** '' = that of the protocol. */
  readonly port?: string | number
}

/** What undici's clients, pools and agents take as `connect`. */
export type Connector = (
  options: ConnectorOptions,
  callback: (...args: [error: null, socket: Socket] | [error: Error, socket: null]) => void
) => void

/** The client of one distinct set of settings. */
export interface Client {
  /** Hash of the settings: equal settings have the same key. Contains no secrets. */
  readonly key: string
  readonly settings: ClientSettings
  /**
   * Begins a call as `dispatcher` does, and loads nothing of undici, unlike the first use of the other members: for
   * callers with their own handler.
   */
  dispatch (options: ClientDispatchOptions, handler: Dispatcher.DispatchHandler): boolean
  /** Follows redirects, keeps deadlines, chooses proxy and TLS. Never close it: its registry does. */
  readonly dispatcher: Dispatcher
  /**
   * The same connections, but redirects are returned as responses: for callers that follow redirects themselves, such
   * as fetch, or pass them on, such as reply-from. Never close it either.
   */
  readonly withoutRedirects: Dispatcher
  /**
   * Dials for undici's own pools, with the TLS, proxies and pins of the settings: `new Agent({ connect:
   * client.connector })`. An http origin behind an http proxy goes through CONNECT then. The sockets are undici's, but
   * end with the registry.
   */
  readonly connector: Connector
  /**
   * Makes a dispatcher over the same connections whose hops, each redirect included, go through interceptors; the last
   * one given is the outermost. It needs no closing.
   */
  intercept (...interceptors: Interceptor[]): Dispatcher
  /** Returns whether a forward proxy is used for an origin. It looks names up itself. */
  isProxied (origin: string): boolean
  /** Creates a group of hosts that can serve requests in place of each other, for `hosts` of `dispatch`. */
  createGroup (options: GroupOptions): HostGroup
  /**
   * Reads the certificates again. New calls get new connections and TLS sessions; calls that run end as they began.
   *
   * @throws {FG_ERR_TLS_UNUSABLE_FILES} or the error of OpenSSL; then nothing is changed
   */
  renew (): void
  stats (): ClientStatistics
}
