import type { Feature } from '@floodgate/core'
import { createCors } from './cors.ts'
import type { CorsSettings } from './settings.ts'

/** What attaches, and where. */
export const feature: Partial<Feature> = {
  service: (settings: CorsSettings) => createCors(settings),
  route: (settings: CorsSettings) => createCors(settings)
}
