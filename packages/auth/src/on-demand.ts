import type { Feature } from '@floodgate/core'

type Part = 'route' | 'endpoint' | 'exchange'

/**
 * Makes a feature whose code is loaded when its namespace is configured; until then it is a name and some schemas.
 *
 * @param parts where the feature attaches
 */
export function loadOnDemand (head: Pick<Feature, 'namespace' | 'schemas' | 'services'>, parts: readonly Part[], load: () => Promise<Partial<Feature>>): Feature {
  let loaded: Partial<Feature> = {}
  return {
    ...head,
    async setup (context) {
      loaded = await load()
      await loaded.setup?.(context)
    },
    ...(parts.includes('route') && { route: (settings, endpoint, context) => loaded.route!(settings, endpoint, context) }),
    ...(parts.includes('endpoint') && { endpoint: (settings, next, endpoint, context) => loaded.endpoint!(settings, next, endpoint, context) }),
    ...(parts.includes('exchange') && { exchange: (settings, next, backend, context) => loaded.exchange!(settings, next, backend, context) })
  }
}
