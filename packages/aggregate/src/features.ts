import type { Endpoint, Feature, Step } from '@floodgate/core'
import { createStatic } from './create-static.ts'
import { checkProxy } from './check-proxy.ts'
import { createFlatmap } from './flatmap/create-flatmap.ts'
import { regularBackends } from './merge/shadow-backends.ts'
import { BackendHttpSettings, BackendProxySettings, EndpointProxySettings, type FlatmapOperation } from './settings.ts'

/**
 * The namespaces that this package implements: `proxy` around the merged response (static data; the rest of it is built
 * by the stack: `createAggregate`, `createShadow`, and a backend's flatmap in `createBackendStep`), and `backend/http`,
 * which `createBackendStep` reads.
 */
export const features: readonly Feature[] = [
  {
    namespace: 'proxy',
    schemas: { endpoint: EndpointProxySettings, backend: BackendProxySettings },
    setup: checkProxy,
    endpoint: (settings: EndpointProxySettings, next, endpoint) => createStatic(
      settings.static ?? {},
      flatten(settings.flatmap_filter, next, endpoint)
    )
  },
  {
    namespace: 'backend/http',
    schemas: { backend: BackendHttpSettings }
  }
]

/** The reference only applies flatmap to merged responses: with one backend these operations have no effect. */
function flatten (operations: readonly FlatmapOperation[] | undefined, next: Step, endpoint: Endpoint): Step {
  const flatmap = regularBackends(endpoint).length > 1 ? createFlatmap(operations) : null
  if (flatmap === null) return next
  return async function flattenMerged (request) {
    const response = await next(request)
    response.data = flatmap(response.data)
    return response
  }
}
