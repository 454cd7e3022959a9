import type { Static } from 'typebox'

/** `qos/http-cache`. */
export const CacheSettings = {
  type: 'object',
  properties: {
    shared: { type: 'boolean', default: false, description: 'Uses one cache for all backends with this setting' },
    max_items: { type: 'integer', description: 'Largest number of cached responses. Default: 10000' },
    floodgate: {
      type: 'object',
      description: 'Not in KrakenD: caches responses in Redis, shared by all gateways with the same configuration name',
      required: ['connection_name'],
      properties: {
        connection_name: { type: 'string', description: 'Name of a pool or cluster in the namespace `redis`' },
        timeout: {
          type: 'string',
          format: 'go-duration',
          default: '50ms',
          description: 'Timeout of Redis; after that the backend is called'
        },
        max_entry_bytes: { type: 'integer', minimum: 1, default: 1_048_576, description: 'Largest body that is cached, in bytes' }
      },
      additionalProperties: false
    },
    max_size: { type: 'integer', description: 'Largest size of the cache in bytes; with workers, of each copy. Default: 64 MiB, and no single response above 8 MiB' }
  },
  additionalProperties: false
} as const
export type CacheSettings = Static<typeof CacheSettings>
