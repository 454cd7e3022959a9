import type { Feature, FeatureContext, Place } from '@floodgate/core'
import { createHttpGuard } from './guard.ts'
import { namespace, type HttpSettings } from './settings.ts'

/** The points where this feature attaches. */
export const feature: Partial<Feature> = {
  service: (settings: HttpSettings, context) => {
    const guard = create(settings, context.model.place, context)
    return guard && { ...guard, sparesHealth: true }
  },
  route: (settings: HttpSettings, endpoint, context) => create(settings, endpoint.place, context)
}

/** Finds settings that have no effect because of other settings; the reference does not report them. */
function checkEffects (settings: HttpSettings, tell: (key: keyof HttpSettings, message: string) => void): void {
  const { sts_seconds: seconds = 0, ssl_redirect: redirects = false, is_development: development = false } = settings
  if (seconds === 0) {
    for (const key of ['sts_include_subdomains', 'force_sts_header'] as const) {
      if (settings[key] === true) {
        tell(key, 'has no effect without "sts_seconds"')
      }
    }
  }
  if (!redirects && (settings.ssl_host ?? '') !== '') tell('ssl_host', 'has no effect without "ssl_redirect": true')
  if (development && ((settings.allowed_hosts ?? []).length > 0 || redirects || seconds !== 0)) {
    tell('is_development', 'disables "allowed_hosts", "ssl_redirect" and "sts_seconds": remove it in production')
  }
}

function create (settings: HttpSettings, place: Place, context: FeatureContext): ReturnType<typeof createHttpGuard> | undefined {
  checkEffects(settings, (key, message) => { context.warning([...place, 'extra_config', namespace, key], message) })
  try {
    return createHttpGuard(settings)
  } catch (error) {
    context.problem(
      [...place, 'extra_config', namespace, 'allowed_hosts'],
      `not a valid regular expression in Go's syntax: ${(error as Error).message}`
    )
    return undefined
  }
}
