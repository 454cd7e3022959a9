import type { Static } from 'typebox'

const duration = { type: 'string', format: 'go-duration' } as const

const shared = {
  max_rate: {
    type: 'number',
    description: 'Requests per `every` of all clients together; more are answered with 503. 0 or absent: no such limit'
  },
  capacity: { type: 'integer', description: 'Largest burst of requests. Default: the requests of one second, at least 1' },
  client_max_rate: {
    type: 'number',
    description: 'Requests per `every` of each client; more are answered with 429. 0 or absent: no such limit'
  },
  client_capacity: {
    type: 'integer',
    description: 'Largest burst of requests of one client. Default: the requests of one second, at least 1'
  },
  strategy: { type: 'string', description: 'How clients are identified: `ip`, `header` or `param`' },
  key: { type: 'string', description: 'Name of the header or path parameter; with `ip`, of a header with the client\'s address' },
  every: { ...duration, default: '1s', description: 'Period of the rates; at least 1s' }
} as const

/** `qos/ratelimit/router` and `qos/ratelimit/service`. */
export const LimitSettings = {
  type: 'object',
  properties: {
    ...shared,
    cleanup_period: {
      ...duration,
      default: '1m',
      description: 'Interval at which the buckets of inactive clients are removed; at least 1s'
    },
    cleanup_threads: { type: 'integer', needless: true, description: 'Has no effect: buckets are not shared between threads' },
    num_shards: { type: 'integer', needless: true, description: 'Has no effect: buckets are not shared between threads' }
  },
  additionalProperties: false
} as const
export type LimitSettings = Static<typeof LimitSettings>

/** `qos/ratelimit/router/redis` and `qos/ratelimit/service/redis`. */
export const RedisLimitSettings = {
  type: 'object',
  properties: {
    ...shared,
    connection_name: { type: 'string', description: 'Name of a pool or cluster in the namespace `redis`' },
    connection_pool: { type: 'string', description: 'Older name of `connection_name`' },
    on_failure_allow: {
      type: 'boolean',
      default: false,
      description: 'Allows requests while Redis is unavailable or answers with an error; otherwise they are refused'
    }
  },
  additionalProperties: false
} as const
export type RedisLimitSettings = Static<typeof RedisLimitSettings>

/** `qos/ratelimit/proxy`. */
export const ProxyLimitSettings = {
  type: 'object',
  properties: {
    max_rate: { type: 'number', description: 'Requests per `every` to this backend. 0 or absent: no limit' },
    capacity: { type: 'integer', description: 'Largest burst of requests. Default: the requests of one second, at least 1' },
    every: { ...duration, default: '1s', description: 'Period of the rate' }
  },
  additionalProperties: false
} as const
export type ProxyLimitSettings = Static<typeof ProxyLimitSettings>

/** `qos/ratelimit/tiered`. */
export const TieredSettings = {
  type: 'object',
  required: ['tier_key', 'tiers'],
  properties: {
    tier_key: {
      type: 'string',
      minLength: 1,
      description: 'Header with the tier, for example a claim of the token passed on by `propagate_claims`'
    },
    tiers: {
      type: 'array',
      description: 'Tiers in order: the first that matches is used; a request that matches none is not limited',
      items: {
        type: 'object',
        properties: {
          tier_value: { type: 'string', default: '', description: 'Value of the header, or a policy for it: `value.matches("^gold")`' },
          tier_value_as: {
            type: 'string',
            enum: ['literal', 'policy', '*'],
            default: 'literal',
            description: '`literal`, `policy` for a condition on `value`, or `*` for any value, also a missing one'
          },
          ratelimit: { ...LimitSettings, description: 'Limits of the tier, counted in this gateway' },
          ratelimit_redis: { ...RedisLimitSettings, description: 'Limits of the tier, counted in Redis for all gateways' }
        },
        additionalProperties: false
      }
    }
  },
  additionalProperties: false
} as const
export type TieredSettings = Static<typeof TieredSettings>
