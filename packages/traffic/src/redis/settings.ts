import type { Static } from 'typebox'

const duration = { type: 'string', format: 'go-duration' } as const

const common = {
  name: { type: 'string', minLength: 1, description: 'What limits call it in `connection_name`' },
  client_name: { type: 'string', description: 'Name that Redis shows for the connection' },
  user_name: { type: 'string', description: 'User of Redis\' access list' },
  password: { type: 'string', description: 'Its password; never shown' },
  dial_timeout: { ...duration, default: '5s', description: 'How long connecting may take; at most one second is used, so that a server that comes back is found' },
  min_retry_backoff: { ...duration, default: '8ms', description: 'Pause before the first new attempt to connect; doubled each time' },
  max_retry_backoff: { ...duration, default: '512ms', description: 'Longest pause; at most one second is used' },
  tls: { type: 'object', additionalProperties: true, description: 'TLS towards Redis: the keys of `client_tls`' },
  // One connection carries all decisions (they are pipelined), and a decision is never asked twice.
  pool_size: { type: 'integer', needless: true, description: 'Read and not needed: one connection carries all decisions' },
  pool_timeout: { ...duration, needless: true, description: 'Read and not needed' },
  min_idle_conns: { type: 'integer', needless: true, description: 'Read and not needed' },
  max_idle_conns: { type: 'integer', needless: true, description: 'Read and not needed' },
  max_active_conns: { type: 'integer', needless: true, description: 'Read and not needed' },
  conn_max_idle_time: { ...duration, needless: true, description: 'Read and not needed' },
  conn_max_life_time: { ...duration, needless: true, description: 'Read and not needed' },
  max_retries: { type: 'integer', needless: true, description: 'Read and not needed: a decision that took too long is not asked again' },
  opentelemetry: { type: 'object', additionalProperties: true, inert: 'connections to Redis are not traced', description: 'Not supported' }
} as const

/** The service's `redis`. */
export const RedisSettings = {
  type: 'object',
  properties: {
    connection_pools: {
      type: 'array',
      items: {
        type: 'object',
        required: ['name', 'address'],
        properties: {
          ...common,
          address: { type: 'string', minLength: 1, description: '`host:port`' },
          db: { type: 'integer', default: 0, description: 'Number of the database' }
        },
        additionalProperties: false
      }
    },
    clusters: {
      type: 'array',
      items: {
        type: 'object',
        required: ['name', 'addresses'],
        properties: {
          ...common,
          addresses: { type: 'array', items: { type: 'string' }, minItems: 1, description: 'Some of the nodes, as `host:port`' },
          max_redirects: { type: 'integer', default: 3, description: 'How often a decision is sent on to another node' }
        },
        additionalProperties: false
      }
    }
  },
  additionalProperties: false
} as const
export type RedisSettings = Static<typeof RedisSettings>
export type RedisPool = NonNullable<RedisSettings['connection_pools']>[number]
export type RedisCluster = NonNullable<RedisSettings['clusters']>[number]
