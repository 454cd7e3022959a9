/** Shape of `telemetry/gelf`: KrakenD page "Graylog GELF". */
import type { Static } from 'typebox'

export const gelfNamespace = 'telemetry/gelf'

export const GelfSettings = {
  type: 'object',
  properties: {
    address: { type: 'string', minLength: 1, description: 'Address of the Graylog input: "host:port".' },
    enable_tcp: { type: 'boolean', default: false, description: 'Sends over TCP instead of UDP.' }
  },
  required: ['address']
} as const
export type GelfSettings = Static<typeof GelfSettings>
