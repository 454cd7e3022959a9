import type { Feature } from '@floodgate/core'
import { createCors } from './cors.ts'
import { CorsSettings, namespace } from './settings.ts'

/** The feature `security/cors`: for the whole service, or for the answers of one endpoint (and its own OPTIONS endpoint). */
export const corsFeature: Feature = {
  namespace,
  schemas: { service: CorsSettings, endpoint: CorsSettings },
  service: (settings: CorsSettings) => createCors(settings),
  route: (settings: CorsSettings) => createCors(settings)
}
