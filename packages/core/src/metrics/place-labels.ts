import type { Backend, Endpoint, Place, Service } from '../model/model.ts'
import type { MetricLabels } from './metrics.ts'

/** Labels of an endpoint: `endpoint` and `method`, as configured. */
export function endpointLabels ({ path, method }: Pick<Endpoint, 'path' | 'method'>): MetricLabels {
  return { endpoint: path, method }
}

/**
 * Labels of a backend: those of its endpoint, and `backend`, its `url_pattern` without a query, which may contain keys. The
 * second one of the same pattern in an endpoint has ` (2)` at its end.
 */
export function backendLabels ({ endpoints }: Pick<Service, 'endpoints'>, backend: Pick<Backend, 'place' | 'urlPattern'>): MetricLabels {
  const endpoint = endpointAt(endpoints, backend.place)
  if (endpoint === undefined) return { endpoint: '', method: '', backend: nameOf(backend) }
  const name = nameOf(backend)
  const at = endpoint.backends.findIndex(({ place }) => place[3] === backend.place[3])
  const before = endpoint.backends.slice(0, Math.max(at, 0)).filter((other) => nameOf(other) === name).length
  return { ...endpointLabels(endpoint), backend: before === 0 ? name : `${name} (${before + 1})` }
}

/** Labels of a place of the configuration: those of the endpoint that it is in; of the service none. */
export function placeLabels ({ endpoints }: Pick<Service, 'endpoints'>, place: Place): MetricLabels {
  const endpoint = place[0] === 'endpoints' ? endpointAt(endpoints, place) : undefined
  return endpoint === undefined ? { endpoint: '', method: '' } : endpointLabels(endpoint)
}

function nameOf ({ urlPattern }: Pick<Backend, 'urlPattern'>): string {
  return urlPattern.replace(/\?.*/s, '') || '/'
}

/** Usually the position is that of the list. */
function endpointAt (endpoints: readonly Endpoint[], [, at]: Place): Endpoint | undefined {
  const guess = endpoints[at as number]
  return guess?.place[1] === at ? guess : endpoints.find(({ place }) => place[1] === at)
}
