import type { Service } from '@floodgate/core'
import type { Static } from 'typebox'

export const securityNamespace = 'telemetry/opentelemetry-security'

const header = { type: 'object', additionalProperties: { type: 'string' }, description: 'Headers of each request to the collector.' } as const

/** Settings of `telemetry/opentelemetry-security` (KrakenD Enterprise). */
export const SecuritySettings = {
  type: 'object',
  properties: {
    otlp: {
      type: 'array',
      items: {
        type: 'object',
        required: ['name', 'headers'],
        properties: { name: { type: 'string', description: 'Name of the exporter in `telemetry/opentelemetry`.' }, headers: header }
      },
      description: 'Headers that are sent to collectors: tokens and keys.'
    }
  }
} as const
export type SecuritySettings = Static<typeof SecuritySettings>

/** Reads the headers of each exporter, by its name. */
export function headersByExporter ({ extra }: Pick<Service, 'extra'>): Map<string, Readonly<Record<string, string>>> {
  const { otlp = [] } = (extra[securityNamespace] ?? {}) as SecuritySettings
  return new Map(otlp.map(({ name, headers }) => [
    name,
    Object.fromEntries(Object.entries(headers).map(([header, value]) => [header.toLowerCase(), value]))
  ]))
}
