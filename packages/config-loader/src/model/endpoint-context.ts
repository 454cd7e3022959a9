import type { ServiceKeys } from '@floodgate/settings'
import type { Report } from '../locate/problem.ts'
import type { Namespaces } from '../namespaces/namespaces.ts'
import type { ClientSettingsReader } from './client-settings.ts'

/** Values shared by all endpoints. */
export interface EndpointContext {
  readonly service: ServiceKeys
  /** Hosts of the service, cleaned. */
  readonly hosts: readonly string[]
  readonly namespaces: Namespaces
  readonly client: ClientSettingsReader
  readonly report: Report
}
