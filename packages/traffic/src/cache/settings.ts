import type { Static } from 'typebox'

/** `qos/http-cache`. */
export const CacheSettings = {
  type: 'object',
  properties: {
    shared: { type: 'boolean', default: false, description: 'Keeps answers in the one cache of all backends that say so' },
    max_items: { type: 'integer', description: 'Answers kept at most. Default: 10000' },
    max_size: { type: 'integer', description: 'Bytes kept at most. Default: 64 MiB, and no single answer above 8 MiB' }
  },
  additionalProperties: false
} as const
export type CacheSettings = Static<typeof CacheSettings>
