/** Shape of `telemetry/metrics`: KrakenD page "Metrics" of the legacy telemetry. */
import type { Static } from 'typebox'

export const statsNamespace = 'telemetry/metrics'

const flag = (description: string) => ({ type: 'boolean', default: false, description }) as const

export const StatsSettings = {
  type: 'object',
  properties: {
    collection_time: {
      type: 'string',
      format: 'go-duration',
      default: '60s',
      description: 'How long a distribution collects values until it starts again, and how often gauges change.'
    },
    listen_address: { type: 'string', default: ':8090', description: 'Address and port of `/__stats`: "host:port", ":port" for all addresses.' },
    router_disabled: flag('Leaves out the requests and responses of clients.'),
    proxy_disabled: flag('Leaves out the answers of endpoints.'),
    backend_disabled: flag('Leaves out the answers of backends.'),
    endpoint_disabled: flag('Opens no port for `/__stats`.')
  }
} as const
export type StatsSettings = Static<typeof StatsSettings>
