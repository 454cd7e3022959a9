import type { Backend, Endpoint, Method, Place } from '@floodgate/core'
import { describeValue, type EndpointKeys, type ServiceKeys } from '@floodgate/settings'
import { readTimeout, readCacheTtl } from './durations.ts'
import { readExtraConfig } from '../namespaces/extra-config.ts'
import type { EndpointContext } from './endpoint-context.ts'
import { normaliseBackend } from './normalise-backend.ts'
import { judgeEffects } from './judge-effects.ts'
import { judgeShape } from './judge-shape.ts'
import { checkUrlPattern, pathParams, sequenceSteps } from './placeholders.ts'
import type { Report } from '../locate/problem.ts'
import { routerSettings } from '@floodgate/router'

/** Methods that the reference serves; others are logged and left out. */
export const servedMethods: ReadonlySet<string> = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])

/** Paths that the reference refuses: its own below `/__debug` and the like, and a `*` anywhere but at the end. */
const forbidden = /\*.|\/__(?:debug|echo|health)(?:\/.*)?$/

/** Encodings of answers that are known. */
export const outputEncodings = ['json', 'json-collection', 'fast-json', 'xml', 'negotiate', 'string', 'yaml', 'no-op']

/** Fills in an endpoint. Null where the gateway starts without it, which a warning says; after an error it is for judging only. */
export function normaliseEndpoint (keys: EndpointKeys, index: number, context: EndpointContext): Endpoint | null {
  const place: Place = ['endpoints', index]
  const { service, namespaces, report } = context
  const path = readPath(keys, place, report)
  const method = (keys.method || 'GET').toUpperCase()
  const outputEncoding = readOutputEncoding(keys, service, place, report)
  const extra = readExtraConfig(keys.extra_config, 'endpoint', [...place, 'extra_config'], namespaces, report)
  const timeout = readTimeout(keys.timeout ?? '0', [...place, 'timeout'], report) || readTimeout(service.timeout ?? '0', ['timeout'], ignore) || 2000
  const backendKeys = (keys.backend ?? []).filter((backend) => backend !== undefined)
  const where = `${method} ${path}`
  if ((keys.backend ?? []).length === 0) {
    report({ severity: 'error', code: 'no-backend', place: 'backend' in keys ? [...place, 'backend'] : place, message: `the endpoint ${where} has no backend`, instead: 'add one: { "url_pattern": "/", "host": ["http://…"] }' })
  }
  const params = pathParams(path, service.disable_rest ?? false)
  const { sequential, strategy } = (extra['proxy'] ?? {}) as { sequential?: unknown, strategy?: unknown }
  const inSequence = strategy === undefined ? sequential === true : strategy === 'sequential'
  const backends: Backend[] = []
  for (const [i, backend] of (keys.backend ?? []).entries()) {
    if (backend === undefined) continue
    const at = [...place, 'backend', i]
    const normal = normaliseBackend(backend, i, at, { ...context, endpointMethod: method, noOp: outputEncoding === 'no-op' })
    checkUrlPattern(normal.urlPattern, params, where, [...at, 'url_pattern'], report)
    checkSequence(normal, inSequence, at, report)
    backends.push(normal)
  }
  // Of several backends one answers: the first that does not fail, or the one whose condition holds.
  const unconditional = backends.filter((backend) => backend.extra['backend/conditional'] === undefined)
  if (outputEncoding === 'no-op' && backendKeys.length > 1 && strategy !== 'fallback' && unconditional.length > 1) {
    report({ severity: 'error', code: 'no-op-backends', place: [...place, 'backend'], message: `the endpoint ${where} has output encoding no-op and ${backendKeys.length} backends: no-op passes the answer of one`, instead: 'keep one backend, choose another output_encoding, or say which one answers: "backend/conditional" of each backend, or "strategy": "fallback" of "proxy"' })
  }
  judgeShape({
    place,
    outputEncoding,
    backends: backends.map(({ index, encoding, extra, place }) => ({ keys: keys.backend![index]!, encoding, place, isShadow: (extra['proxy'] as { shadow?: unknown } | undefined)?.shadow === true }))
  }, report)
  if (extra['security/cors'] !== undefined && !routerSettings({ extra: service.extra_config ?? {} }).auto_options) {
    report({ severity: 'warning', code: 'krakend-ignores', place: [...place, 'extra_config', 'security/cors'], at: 'key', message: 'KrakenD ignores this at an endpoint; here it holds for this endpoint\'s answers, and preflights are answered only with "auto_options" of "router"', instead: 'write it in the extra_config of the root, which both read' })
  }
  if (!servedMethods.has(method)) {
    report({ severity: 'warning', code: 'not-served', place: [...place, 'method'], value: method, message: `endpoints with the method ${describeValue(place, method)} are not served`, instead: 'use GET, POST, PUT, PATCH or DELETE', nearest: { word: method, among: servedMethods } })
    return null
  }
  // Without one it is not served; what else is wrong with it is found all the same.
  const [first = normaliseBackend({}, 0, place, { ...context, report: ignore, endpointMethod: method, noOp: outputEncoding === 'no-op' }), ...others] = backends
  const endpoint: Endpoint = {
    index,
    path,
    method: method as Method,
    backends: [first, ...others],
    inputHeaders: allOrNames((keys.input_headers ?? []).map((name) => name?.toLowerCase())),
    inputQueryStrings: allOrNames(keys.input_query_strings ?? []),
    outputEncoding,
    timeout,
    cacheTtl: readCacheTtl(keys.cache_ttl ?? '0', [...place, 'cache_ttl'], report) || readCacheTtl(service.cache_ttl ?? '0', ['cache_ttl'], ignore),
    concurrentCalls: readConcurrentCalls(keys, place, report),
    extra,
    place,
    ...namespaces.unsupported.skipped.has(index) && { unsupported: [...namespaces.unsupported.skipped.get(index)!] }
  }
  judgeEffects(keys, endpoint, report)
  return endpoint
}

const ignore: Report = () => {}

function readPath (keys: EndpointKeys, place: Place, report: Report): string {
  const at = [...place, 'endpoint']
  if (!keys.endpoint) report({ severity: 'warning', code: 'missing-key', place: at, message: '"endpoint" is missing: this is served as "/"', instead: 'add the path to serve' })
  const written = keys.endpoint ?? ''
  const path = written.startsWith('/') ? written : `/${written}`
  if (written !== '' && path !== written) report({ severity: 'warning', code: 'invalid-path', place: at, value: written, message: `a path begins with a slash: this is served as ${describeValue(at, path)}` })
  if (forbidden.test(path)) {
    report({
      severity: 'error',
      code: 'invalid-path',
      place: at,
      value: written,
      message: `the path ${describeValue(at, path)} is not allowed`,
      instead: /\*./.test(path) ? 'a "*" may only stand at the end: "/files/*"' : 'paths that end in or lie below /__debug, /__echo and /__health are the gateway\'s own'
    })
  } else if (path.includes('?')) {
    report({ severity: 'warning', code: 'invalid-path', place: at, value: written, message: 'a path has no query: no request matches this one', instead: 'name query parameters in input_query_strings' })
  }
  return path
}

function readOutputEncoding (keys: EndpointKeys, service: ServiceKeys, place: Place, report: Report): string {
  const own = keys.output_encoding
  // By its spelling, unlike a backend's: the reference looks the name up as it is written.
  const encoding = own || service.output_encoding || 'json'
  if (own && !outputEncodings.includes(encoding)) {
    report({ severity: 'warning', code: 'unknown-encoding', place: [...place, 'output_encoding'], value: own, message: `unknown output encoding ${describeValue(place, own)}: the answer is encoded as its backend's encoding says, else as JSON`, nearest: { word: encoding.toLowerCase(), among: outputEncodings } })
  }
  return encoding
}

/** The documentation limits it to 5; the reference takes any number, and less than 1 for 1. */
function readConcurrentCalls (keys: EndpointKeys, place: Place, report: Report): number {
  const calls = keys.concurrent_calls ?? 1
  const at = [...place, 'concurrent_calls']
  if (calls > 5) report({ severity: 'warning', code: 'out-of-range', place: at, value: calls, message: `each request is sent ${calls} times to each backend; the documentation allows 5` })
  if (calls < 0) report({ severity: 'warning', code: 'out-of-range', place: at, value: calls, message: `counts as 1, not ${calls}` })
  return Math.max(1, calls)
}

function checkSequence (backend: Backend, sequential: boolean, place: Place, report: Report): void {
  for (const step of sequenceSteps(backend.urlPattern)) {
    if (sequential && step < backend.index) continue
    report({
      severity: 'warning',
      code: 'undefined-param',
      place: [...place, 'url_pattern'],
      value: backend.urlPattern,
      message: sequential ? `{resp${step}_…} is not there yet: backend ${step} does not come before this one` : `{resp${step}_…} needs a sequence: it is never filled`,
      instead: sequential ? null : 'set "sequential": true in the endpoint\'s "proxy"'
    })
  }
}

/** A star among the names means all. */
function allOrNames (names: readonly (string | undefined)[]): string[] {
  const known = names.filter((name) => name !== undefined)
  return known.includes('*') ? ['*'] : [...new Set(known)]
}
