import { defaultMaxHeldBody, type Endpoint, type ExtraConfig, type Feature, type Service } from '@floodgate/core'

const takingBodies: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])
const named = 3

/**
 * Returns a note about endpoints that hold request bodies in memory up to the default limit, and for what: the reference
 * has no limit, and serves larger ones. Null if there is no such endpoint.
 */
export function noteHeldBodies (model: Service, features: readonly Feature[]): string | null {
  if (isBounded(model)) return null
  const reasons = new Set<string>()
  const holding = model.endpoints.filter((endpoint) => !isBounded(endpoint)).flatMap((endpoint) => {
    const found = reasonsOf(endpoint, model, features)
    for (const reason of found) reasons.add(reason)
    return found.length === 0 ? [] : [`${endpoint.method} ${endpoint.path}`]
  })
  if (holding.length === 0) return null
  const more = holding.length > named ? ` and ${holding.length - named} more` : ''
  return `request bodies of ${holding.slice(0, named).join(', ')}${more} are held in memory for ${listed([...reasons])}, up to ${defaultMaxHeldBody} bytes; larger ones are answered 413, whereas KrakenD serves them: set floodgate.max_request_body for another limit`
}

/** What an endpoint holds bodies for: several calls, and namespaces that read them. */
function reasonsOf ({ method, backends, concurrentCalls, extra }: Endpoint, model: Service, features: readonly Feature[]): string[] {
  if (!takingBodies.has(method)) return []
  const places: readonly ExtraConfig[] = [model.extra, extra, ...backends.map(({ extra }) => extra)]
  const readers = features.filter(
    ({ namespace, holdsBodies }) =>
      holdsBodies !== undefined && places.some((extra) => extra[namespace] !== undefined && holdsBodies(extra[namespace]))
  ).map(({ namespace }) => namespace)
  return backends.length > 1 || concurrentCalls > 1 ? ['several calls', ...readers] : readers
}

function listed (words: readonly string[]): string {
  return words.length === 1 ? words[0]! : `${words.slice(0, -1).join(', ')} and ${words.at(-1)!}`
}

/** Whether the configuration limits its bodies: those that are held, or all of them to at most the default. */
function isBounded ({ extra }: Pick<Service, 'extra'>): boolean {
  const of = (namespace: string) => (extra[namespace] ?? {}) as { max_request_body?: number, max_payload?: number }
  if (of('floodgate').max_request_body !== undefined) return true
  const most = of('proxy').max_payload ?? of('router').max_payload ?? 0
  return most > 0 && most <= defaultMaxHeldBody
}
