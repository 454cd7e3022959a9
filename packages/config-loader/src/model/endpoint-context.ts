import type { ServiceKeys } from '@floodgate/settings'
import type { Report } from '../locate/problem.ts'
import type { Namespaces } from '../namespaces/namespaces.ts'
import type { Weights } from './hosts/read-weights.ts'
import type { ClientSettingsReader } from './client-settings.ts'

/** Values shared by all endpoints. */
export interface EndpointContext {
  readonly service: ServiceKeys
  /** Hosts of the service, cleaned. */
  readonly hosts: readonly string[]
  /** Weights of hosts that the root sets; absent = none. */
  readonly weights: Weights | undefined
  readonly namespaces: Namespaces
  readonly client: ClientSettingsReader
  readonly report: Report
}
