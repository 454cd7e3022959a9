import type { Backend, Endpoint, Place, Service } from './model.ts'

/**
 * Names a place of a configuration by what is there instead of by its position, so that the name stays when other endpoints
 * or backends are added or removed: `GET /users/{id} > GET /users/{id} at http://users:8080: extra_config.qos/http-cache`.
 * The name of a place of the service is the place itself.
 *
 * @param place a place that begins with `endpoints` and the position of one, or any other
 */
export function stableName ({ endpoints }: Pick<Service, 'endpoints'>, place: Place): string {
  const [list, at, below, backendAt] = place
  const endpoint = list === 'endpoints' ? findAt(endpoints, at) : undefined
  if (endpoint === undefined) return place.join('.')
  const backend = below === 'backend' ? endpoint.backends.find(({ place: own }) => own[3] === backendAt) : undefined
  const name = `${endpoint.method} ${endpoint.path}`
  return backend === undefined
    ? withRest(name, place.slice(2))
    : withRest(`${name} > ${nameOf(backend)}${repeatOf(backend, endpoint)}`, place.slice(4))
}

function nameOf ({ method, urlPattern, hosts }: Backend): string {
  return `${method} ${urlPattern} at ${hosts.join(',')}`
}

/** Tells equal backends of an endpoint apart by their order among themselves. */
function repeatOf (backend: Backend, { backends }: Endpoint): string {
  if (backends.length === 1) return ''
  const name = nameOf(backend)
  const before = backends.slice(0, backends.indexOf(backend)).filter((other) => nameOf(other) === name).length
  return before === 0 ? '' : ` (${before + 1})`
}

function withRest (name: string, rest: Place): string {
  return rest.length === 0 ? name : `${name}: ${rest.join('.')}`
}

/** Usually the position is that of the list. */
function findAt (endpoints: readonly Endpoint[], at: unknown): Endpoint | undefined {
  const guess = endpoints[at as number]
  return guess?.place[1] === at ? guess : endpoints.find(({ place }) => place[1] === at)
}
