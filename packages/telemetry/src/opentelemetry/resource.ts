import { version as ownVersion, type Service, type Workers } from '@floodgate/core'
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

const instanceName = 'service.instance.id'

/**
 * Tells workers apart: each sends its own counters, which a collector would take for one that goes up and down.
 *
 * @param id of this process, unique
 */
export function nameInstance (resource: readonly Attribute[], workers: Pick<Workers, 'id'> | null, id: string): readonly Attribute[] {
  if (workers === null) return resource
  const given = resource.find(([name]) => name === instanceName)
  const instance: Attribute = [instanceName, given === undefined ? id : `${given[1]}-${workers.id}`]
  return [...resource.filter((attribute) => attribute !== given), instance]
}
