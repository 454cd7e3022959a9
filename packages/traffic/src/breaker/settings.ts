import type { Static } from 'typebox'

const shared = {
  interval: { type: 'integer', description: 'Seconds after which a closed breaker resets its count of failures; 0: never' },
  timeout: { type: 'integer', description: 'Seconds that an open breaker waits before a trial request; 0: 60' },
  max_errors: { type: 'integer', description: 'Number of consecutive failures that are tolerated; one more opens the breaker' },
  name: { type: 'string', description: 'Name of the breaker in the log' },
  log_status_change: { type: 'boolean', default: false, description: 'Whether changes of state are logged' }
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
    valid_status_codes: {
      type: 'array',
      items: { type: 'integer' },
      minItems: 1,
      description: 'Status codes that count as success; all others are failures'
    }
  },
  additionalProperties: false
} as const
export type HttpBreakerSettings = Static<typeof HttpBreakerSettings>
