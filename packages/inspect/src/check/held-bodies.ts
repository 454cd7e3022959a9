import { defaultMaxHeldBody, type Endpoint, type Service } from '@floodgate/core'

const takingBodies: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])
const named = 3

/**
 * Says which endpoints hold request bodies, up to a bound that nobody has set: the reference has none, and serves larger
 * ones. Null where no endpoint does.
 */
export function noteHeldBodies (model: Service): string | null {
  if (isBounded(model)) return null
  const holding = model.endpoints.filter((endpoint) => holdsBodies(endpoint) && !isBounded(endpoint)).map(({ method, path }) => `${method} ${path}`)
  if (holding.length === 0) return null
  const more = holding.length > named ? ` and ${holding.length - named} more` : ''
  return `request bodies of ${holding.slice(0, named).join(', ')}${more} are held for several calls, up to ${defaultMaxHeldBody} bytes; larger ones are answered 413, where KrakenD serves them: set floodgate.max_request_body for another bound`
}

function holdsBodies ({ method, backends, concurrentCalls }: Endpoint): boolean {
  return takingBodies.has(method) && (backends.length > 1 || concurrentCalls > 1)
}

function isBounded ({ extra }: Pick<Service, 'extra'>): boolean {
  return (extra['floodgate'] as { max_request_body?: number } | undefined)?.max_request_body !== undefined
}
