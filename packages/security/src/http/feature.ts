import type { Feature, FeatureContext, Place } from '@floodgate/core'
import { createHttpGuard } from './guard.ts'
import { namespace, type HttpSettings } from './settings.ts'

/** What attaches, and where. */
export const feature: Partial<Feature> = {
  service: (settings: HttpSettings, context) => {
    const guard = create(settings, context.model.place, context)
    return guard && { ...guard, sparesHealth: true }
  },
  route: (settings: HttpSettings, endpoint, context) => create(settings, endpoint.place, context)
}

function create (settings: HttpSettings, place: Place, context: FeatureContext): ReturnType<typeof createHttpGuard> | undefined {
  try {
    return createHttpGuard(settings)
  } catch (error) {
    context.problem([...place, 'extra_config', namespace, 'allowed_hosts'], `not an expression in Go's syntax: ${(error as Error).message}`)
    return undefined
  }
}
