import type { Feature, FeatureContext } from '@floodgate/core'
import { createCors, type Cors } from './cors.ts'
import { judgeOrigins } from './judge-origins.ts'
import { namespace, type CorsSettings } from './settings.ts'

/** What attaches, and where. */
export const feature: Partial<Feature> = {
  service: (settings: CorsSettings, context) => create(settings, context),
  route: (settings: CorsSettings, endpoint, context) => create(settings, context)
}

function create (settings: CorsSettings, { log }: FeatureContext): Cors {
  for (const doubt of judgeOrigins(settings)) log.warn(`${namespace}: ${doubt}`)
  return createCors(settings)
}
