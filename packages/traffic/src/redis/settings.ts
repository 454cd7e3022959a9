import type { Static } from 'typebox'

const duration = { type: 'string', format: 'go-duration' } as const

const common = {
  name: { type: 'string', minLength: 1, description: 'Name that limits use in `connection_name`' },
  client_name: { type: 'string', description: 'Client name that Redis shows for the connection' },
  user_name: { type: 'string', description: 'User of the Redis access control list' },
  password: { type: 'string', description: 'Password of the user; never shown' },
  dial_timeout: {
    ...duration,
    default: '5s',
    description: 'Connect timeout; limited to one second, so that a server that is available again is found quickly'
  },
  min_retry_backoff: { ...duration, default: '8ms', description: 'Delay before the first reconnect; doubled for each further one' },
  max_retry_backoff: { ...duration, default: '512ms', description: 'Longest delay between reconnects; limited to one second' },
  tls: { type: 'object', additionalProperties: true, description: 'TLS of the connection to Redis: the keys of `client_tls`' },
  // One connection carries all decisions (they are pipelined), and a decision is never retried.
  pool_size: { type: 'integer', needless: true, description: 'Has no effect: one connection carries all commands' },
  pool_timeout: { ...duration, needless: true, description: 'Has no effect' },
  min_idle_conns: { type: 'integer', needless: true, description: 'Has no effect' },
  max_idle_conns: { type: 'integer', needless: true, description: 'Has no effect' },
  max_active_conns: { type: 'integer', needless: true, description: 'Has no effect' },
  conn_max_idle_time: { ...duration, needless: true, description: 'Has no effect' },
  conn_max_life_time: { ...duration, needless: true, description: 'Has no effect' },
  max_retries: { type: 'integer', needless: true, description: 'Has no effect: a command that timed out is not retried' },
  opentelemetry: { type: 'object', additionalProperties: true, inert: 'connections to Redis are not traced', description: 'Not supported' }
} as const

/** The service's `redis`. */
export const RedisSettings = {
  type: 'object',
  properties: {
    connection_pools: {
      type: 'array',
      description: 'Single Redis or Valkey servers, each with a name for `connection_name`',
      items: {
        type: 'object',
        required: ['name', 'address'],
        properties: {
          ...common,
          address: { type: 'string', minLength: 1, description: '`host:port`' },
          db: { type: 'integer', default: 0, description: 'Database number' }
        },
        additionalProperties: false
      }
    },
    clusters: {
      type: 'array',
      description: 'Redis or Valkey clusters, each with a name for `connection_name`',
      items: {
        type: 'object',
        required: ['name', 'addresses'],
        properties: {
          ...common,
          addresses: { type: 'array', items: { type: 'string' }, minItems: 1, description: 'Addresses of some of the nodes: `host:port`' },
          max_redirects: { type: 'integer', default: 3, description: 'How often a command may be redirected to another node' }
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
