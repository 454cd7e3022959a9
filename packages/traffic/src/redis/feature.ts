import type { Feature } from '@floodgate/core'
import { RedisSettings } from './settings.ts'

/** The namespace `redis`: connections for the limits that name them; without one of those, nothing is opened. */
export const redisFeature: Feature = {
  namespace: 'redis',
  schemas: { service: RedisSettings }
}
