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

/** Tells settings that change nothing, because of what else is said; the reference does not tell. */
function judgeEffects (settings: HttpSettings, tell: (key: keyof HttpSettings, message: string) => void): void {
  const { sts_seconds: seconds = 0, ssl_redirect: redirects = false, is_development: development = false } = settings
  if (seconds === 0) {
    for (const key of ['sts_include_subdomains', 'force_sts_header'] as const) if (settings[key] === true) tell(key, 'has no effect without "sts_seconds"')
  }
  if (!redirects && (settings.ssl_host ?? '') !== '') tell('ssl_host', 'has no effect without "ssl_redirect": true')
  if (development && ((settings.allowed_hosts ?? []).length > 0 || redirects || seconds !== 0)) tell('is_development', 'switches "allowed_hosts", "ssl_redirect" and "sts_seconds" off: remove it in production')
}

function create (settings: HttpSettings, place: Place, context: FeatureContext): ReturnType<typeof createHttpGuard> | undefined {
  judgeEffects(settings, (key, message) => { context.warning([...place, 'extra_config', namespace, key], message) })
  try {
    return createHttpGuard(settings)
  } catch (error) {
    context.problem([...place, 'extra_config', namespace, 'allowed_hosts'], `not an expression in Go's syntax: ${(error as Error).message}`)
    return undefined
  }
}
