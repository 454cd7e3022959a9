import type { Static } from 'typebox'

const shared = {
  interval: { type: 'integer', description: 'Seconds after which a closed breaker forgets failures; 0: never' },
  timeout: { type: 'integer', description: 'Seconds an open breaker waits before its trial; 0: 60' },
  max_errors: { type: 'integer', description: 'Failures in a row that are borne; one more opens the breaker' },
  name: { type: 'string', description: 'Name in the log' },
  log_status_change: { type: 'boolean', default: false, description: 'Logs when it opens, tries and closes' }
} as const

/** `qos/circuit-breaker`. */
export const BreakerSettings = { type: 'object', properties: shared, additionalProperties: false } as const
export type BreakerSettings = Static<typeof BreakerSettings>

/** `qos/circuit-breaker/http`. */
export const HttpBreakerSettings = {
  type: 'object',
  required: ['valid_status_codes'],
  properties: {
    ...shared,
    valid_status_codes: { type: 'array', items: { type: 'integer' }, minItems: 1, description: 'Statuses that count as success; all others are failures' }
  },
  additionalProperties: false
} as const
export type HttpBreakerSettings = Static<typeof HttpBreakerSettings>
