import { defaultMaxHeldBody, type Endpoint, type Service } from '@floodgate/core'

const takingBodies: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])
const named = 3

/**
 * Returns a note about endpoints that hold request bodies in memory up to the default limit: the reference has no
 * limit, and serves larger ones. Null if there is no such endpoint.
 */
export function noteHeldBodies (model: Service): string | null {
  if (isBounded(model)) return null
  const holding = model.endpoints.filter(
    (endpoint) => holdsBodies(endpoint) && !isBounded(endpoint)
  ).map(({ method, path }) => `${method} ${path}`)
  if (holding.length === 0) return null
  const more = holding.length > named ? ` and ${holding.length - named} more` : ''
  return `request bodies of ${holding.slice(0, named).join(', ')}${more} are held in memory for several calls, up to ${defaultMaxHeldBody} bytes; larger ones are answered 413, whereas KrakenD serves them: set floodgate.max_request_body for another limit`
}

function holdsBodies ({ method, backends, concurrentCalls }: Endpoint): boolean {
  return takingBodies.has(method) && (backends.length > 1 || concurrentCalls > 1)
}

function isBounded ({ extra }: Pick<Service, 'extra'>): boolean {
  return (extra['floodgate'] as { max_request_body?: number } | undefined)?.max_request_body !== undefined
}
