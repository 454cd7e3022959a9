import type { LoadedConfig } from '@floodgate/config-loader'
import type { Backend, Endpoint, Service } from '@floodgate/core'

/** What a backend is looked at with. */
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
  /** What Floodgate does; then what KrakenD does. */
  readonly text: string
  /** Keys and namespaces that it is about; empty = any configuration. */
  readonly keys: readonly string[]
  /** Whether it can be seen at a backend. */
  readonly backend?: (subject: BackendSubject) => boolean
  /** Whether it can be seen at an endpoint. */
  readonly endpoint?: (endpoint: Endpoint, model: Service) => boolean
  /** Whether it can be seen at the service as a whole. */
  readonly service?: (model: Service) => boolean
}
