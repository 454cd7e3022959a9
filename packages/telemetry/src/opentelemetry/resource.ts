import { version as ownVersion, type Service } from '@floodgate/core'
import type { OtelEnvironment } from './environment.ts'
import type { Attribute } from './metrics/meter.ts'
import type { OpenTelemetrySettings } from './options.ts'

/**
 * Describes the service that the data is of. What the configuration says goes before `OTEL_RESOURCE_ATTRIBUTES`, as in the
 * reference.
 */
export function describeResource (
  { service_name: name, service_version: version, deploy_env: environment }: OpenTelemetrySettings,
  { name: configured }: Pick<Service, 'name'>,
  { resource = [] }: Partial<Pick<OtelEnvironment, 'resource'>> = {}
): Attribute[] {
  const own: Attribute[] = [
    ['service.name', name || configured || 'KrakenD'],
    ['service.version', version || ownVersion],
    ...environment ? [['deployment.environment', environment] as const] : []
  ]
  const names = new Set(own.map(([name]) => name))
  return [...own, ...resource.filter(([name]) => !names.has(name))]
}
