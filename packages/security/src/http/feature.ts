import type { Feature, FeatureContext, Place } from '@floodgate/core'
import { createHttpGuard } from './guard.ts'
import { HttpSettings, namespace } from './settings.ts'

/** The feature `security/http`; the health endpoint is left out. */
export const httpFeature: Feature = {
  namespace,
  schemas: { service: HttpSettings, endpoint: HttpSettings },
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
