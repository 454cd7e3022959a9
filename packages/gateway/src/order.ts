import type { Feature } from '@floodgate/core'
import { unknownNeighbour, doubleFeature } from './errors.ts'

/**
 * Where each feature stands, from the client inwards: the reference's own order (its handler, proxy and backend
 * factories). Only the order within one kind of place means something.
 */
const ORDER = [
  // around every request and on the route
  'telemetry/opentelemetry', 'telemetry/metrics', 'telemetry/logging', 'modifier/response-headers', 'plugin/http-server', 'security/cors',
  'server/static-filesystem', 'security/http', 'security/bot-detector', 'qos/ratelimit/service',
  'modifier/request-body-extractor', 'modifier/request-body-extractor/early',
  'auth/api-keys', 'auth/basic', 'auth/revoker', 'auth/validator', 'modifier/lua-endpoint', 'floodgate.script', 'qos/ratelimit/tiered', 'qos/ratelimit/router',
  // around the merged answer; who may not ask opens no circuit breaker where it stands around a backend's
  'auth/signer', 'modifier/lua-proxy', 'security/policies', 'plugin/req-resp-modifier', 'validation/response-json-schema',
  // around a backend's call, and around its answer
  'backend/conditional', 'backend/graphql', 'backend/soap', 'qos/circuit-breaker', 'qos/circuit-breaker/http', 'qos/ratelimit/proxy', 'modifier/lua-backend',
  // around either
  'validation/cel', 'validation/json-schema',
  // a request is checked as the client sent it, before a template replaces its body; an answer is replaced with its static data
  'modifier/jmespath', 'modifier/response-body', 'modifier/response-body-generator', 'modifier/request-body-generator', 'modifier/body-generator', 'proxy',
  // around a raw call, and on the wire
  'auth/client-credentials', 'modifier/martian', 'backend/http', 'backend/static-filesystem', 'qos/http-cache'
]

/** Namespaces with another position among what is around answers: directly inside the one that is named. */
const ELSEWHERE: Readonly<Record<string, Readonly<Record<'endpoint' | 'backend', string>>>> = {
  'floodgate.script': { endpoint: 'modifier/lua-proxy', backend: 'modifier/lua-backend' }
}

/**
 * Moves features to where they stand among what is around an endpoint's answer, or a backend's.
 *
 * @param features sorted by `orderFeatures`
 */
export function orderAround (level: 'endpoint' | 'backend', features: readonly Feature[]): readonly Feature[] {
  const moving = features.filter(({ namespace }) => Object.hasOwn(ELSEWHERE, namespace))
  if (moving.length === 0) return features
  const ordered = features.filter((feature) => !moving.includes(feature))
  for (const feature of moving) {
    const place = ORDER.indexOf(ELSEWHERE[feature.namespace]![level])
    const isBefore = ({ namespace, after }: Feature): boolean => {
      const at = after === undefined ? ORDER.indexOf(namespace) : -1
      return at >= 0 && at <= place
    }
    const before = ordered.findLastIndex(isBefore)
    ordered.splice(before + 1, 0, feature)
  }
  return ordered
}

/**
 * Sorts features from outermost to innermost: those we know by the order above, others behind the one they name in
 * `after`, or innermost.
 *
 * @throws {FG_ERR_GATEWAY_FEATURE_TWICE} two features for one namespace
 * @throws {FG_ERR_GATEWAY_FEATURE_AFTER} `after` names a feature that is not there
 */
export function orderFeatures (features: readonly Feature[]): Feature[] {
  const known = (feature: Feature) => ORDER.includes(feature.namespace) && feature.after === undefined
  const ordered = features.filter(known).sort((a, b) => ORDER.indexOf(a.namespace) - ORDER.indexOf(b.namespace))
  ordered.push(...features.filter((feature) => !known(feature) && feature.after === undefined))
  placeBehind(ordered, features.filter(({ after }) => after !== undefined))
  const seen = new Map<string, readonly string[] | undefined>()
  for (const { namespace, plugins } of ordered) {
    const before = seen.get(namespace)
    // Each may implement plugins of its own.
    const isOther = before !== undefined && plugins !== undefined && !plugins.some((plugin) => before.includes(plugin))
    if (seen.has(namespace) && !isOther) throw doubleFeature(namespace)
    seen.set(namespace, plugins && [...before ?? [], ...plugins])
  }
  return ordered
}

/** Puts each feature behind its neighbour, which may be one of those that are still to be placed. */
function placeBehind (ordered: Feature[], waiting: readonly Feature[]): void {
  const later: Feature[] = []
  for (const feature of [...waiting].reverse()) {
    const at = ordered.findIndex(({ namespace }) => namespace === feature.after)
    if (at < 0) later.unshift(feature)
    else ordered.splice(at + 1, 0, feature)
  }
  if (later.length === waiting.length && later.length > 0) throw unknownNeighbour(later[0]!.namespace, later[0]!.after!)
  if (later.length > 0) placeBehind(ordered, later)
}
