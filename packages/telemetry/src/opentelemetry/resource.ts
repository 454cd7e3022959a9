import { version as ownVersion, type Service } from '@floodgate/core'
import type { Attribute } from './metrics/meter.ts'
import type { OpenTelemetrySettings } from './options.ts'

/** Describes the service that the data is of. */
export function describeResource (
  { service_name: name, service_version: version, deploy_env: environment }: OpenTelemetrySettings,
  { name: configured }: Pick<Service, 'name'>
): Attribute[] {
  return [
    ['service.name', name || configured || 'KrakenD'],
    ['service.version', version || ownVersion],
    ...environment ? [['deployment.environment', environment] as const] : []
  ]
}
