import type { Static } from 'typebox'

/** `qos/http-cache`. */
export const CacheSettings = {
  type: 'object',
  properties: {
    shared: { type: 'boolean', default: false, description: 'Keeps answers in the one cache of all backends that say so' },
    max_items: { type: 'integer', description: 'Answers kept at most. Default: 10000' },
    floodgate: {
      type: 'object',
      description: 'Ours: keeps the answers in Redis, shared by all gateways of the same configuration name',
      required: ['connection_name'],
      properties: {
        connection_name: { type: 'string', description: 'Name of a pool or cluster in the namespace `redis`' },
        timeout: { type: 'string', format: 'go-duration', default: '50ms', description: 'How long Redis is waited for; then the backend is asked' },
        max_entry_bytes: { type: 'integer', minimum: 1, default: 1_048_576, description: 'Bytes of the largest body that is kept' }
      },
      additionalProperties: false
    },
    max_size: { type: 'integer', description: 'Bytes kept at most. Default: 64 MiB, and no single answer above 8 MiB' }
  },
  additionalProperties: false
} as const
export type CacheSettings = Static<typeof CacheSettings>
