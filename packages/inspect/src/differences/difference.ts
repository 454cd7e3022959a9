import type { LoadedConfig } from '@floodgate/config-loader'
import type { Backend, Endpoint, Service } from '@floodgate/core'

/** The context of a backend. */
export interface BackendSubject {
  readonly loaded: Pick<LoadedConfig, 'model'>
  readonly endpoint: Endpoint
  readonly backend: Backend
  /** Names of other backends that share the client. */
  readonly shared: readonly string[]
  readonly env: NodeJS.ProcessEnv
}

/** A point where Floodgate differs from KrakenD on purpose: the one list that the README, `explain` and `migrate` show. */
export interface Difference {
  readonly id: string
  /** Floodgate's behaviour, then KrakenD's. */
  readonly text: string
  /** Keys and namespaces that it concerns; empty = any configuration. */
  readonly keys: readonly string[]
  /** Returns whether it affects a backend. */
  readonly backend?: (subject: BackendSubject) => boolean
  /** Returns whether it affects an endpoint. */
  readonly endpoint?: (endpoint: Endpoint, model: Service) => boolean
  /** Returns whether it affects the whole service. */
  readonly service?: (model: Service) => boolean
}
