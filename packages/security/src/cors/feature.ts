import type { Feature, FeatureContext, Place } from '@floodgate/core'
import { createCors, type Cors } from './cors.ts'
import { checkOrigins } from './check-origins.ts'
import { namespace, type CorsSettings } from './settings.ts'

/** The points where this feature attaches. */
export const feature: Partial<Feature> = {
  service: (settings: CorsSettings, context) => create(settings, context.model.place, context),
  route: (settings: CorsSettings, { place }, context) => create(settings, place, context)
}

function create (settings: CorsSettings, place: Place, { warning }: FeatureContext): Cors {
  checkOrigins(settings, (key, message) => { warning([...place, 'extra_config', namespace, ...key], message) })
  return createCors(settings)
}
