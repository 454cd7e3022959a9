import type { Backend, Endpoint, Method, Place } from '@floodgate/core'
import { describeValue, type EndpointKeys, type ServiceKeys } from '@floodgate/settings'
import { readTimeout, readCacheTtl } from './durations.ts'
import { readExtraConfig } from '../namespaces/extra-config.ts'
import type { EndpointContext } from './endpoint-context.ts'
import { normaliseBackend } from './normalise-backend.ts'
import { checkEffects } from './check-effects.ts'
import { checkShape } from './check-shape.ts'
import { checkUrlPattern, pathParams, sequenceSteps } from './placeholders.ts'
import type { Report } from '../locate/problem.ts'
import { routerSettings } from '@floodgate/router'

/** Methods that the reference serves; others are logged and ignored. */
export const servedMethods: ReadonlySet<string> = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])

/** Paths that the reference refuses: its own such as `/__debug`, and a `*` that is not at the end. */
const forbidden = /\*.|\/__(?:debug|echo|health)(?:\/.*)?$/

/** Known output encodings. */
export const outputEncodings = ['json', 'json-collection', 'fast-json', 'xml', 'negotiate', 'string', 'yaml', 'no-op']

/**
 * Normalises an endpoint. Null if the gateway starts without it, with a warning; after an error the result is only used
 * for further checks.
 */
export function normaliseEndpoint (keys: EndpointKeys, index: number, context: EndpointContext): Endpoint | null {
  const place: Place = ['endpoints', index]
  const { service, namespaces, report } = context
  const path = readPath(keys, place, report)
  const method = (keys.method || 'GET').toUpperCase()
  const outputEncoding = readOutputEncoding(keys, service, place, report)
  const extra = readExtraConfig(keys.extra_config, 'endpoint', [...place, 'extra_config'], namespaces, report)
  const timeout = readTimeout(keys.timeout ?? '0', [...place, 'timeout'], report) ||
    readTimeout(service.timeout ?? '0', ['timeout'], ignore) ||
    2000
  const backendKeys = (keys.backend ?? []).filter((backend) => backend !== undefined)
  const where = `${method} ${path}`
  if ((keys.backend ?? []).length === 0) {
    report(
      {
        severity: 'error',
        code: 'no-backend',
        place: 'backend' in keys ? [...place, 'backend'] : place,
        message: `the endpoint ${where} has no backend`,
        instead: 'add one: { "url_pattern": "/", "host": ["http://…"] }'
      }
    )
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
    report(
      {
        severity: 'error',
        code: 'no-op-backends',
        place: [...place, 'backend'],
        message: `the endpoint ${where} has output encoding no-op and ${backendKeys.length} backends: no-op passes on the response of a single backend`,
        instead: 'keep one backend, choose another output_encoding, or say which one answers: "backend/conditional" of each backend, or "strategy": "fallback" of "proxy"'
      }
    )
  }
  checkShape({
    place,
    outputEncoding,
    backends: backends.map(
      ({ index, encoding, extra, place }) => ({
        keys: keys.backend![index]!,
        encoding,
        place,
        isShadow: (extra['proxy'] as { shadow?: unknown } | undefined)?.shadow === true
      })
    )
  }, report)
  if (extra['security/cors'] !== undefined && !routerSettings({ extra: service.extra_config ?? {} }).auto_options) {
    report(
      {
        severity: 'warning',
        code: 'krakend-ignores',
        place: [...place, 'extra_config', 'security/cors'],
        at: 'key',
        message: 'KrakenD ignores this in an endpoint; here it applies to this endpoint\'s responses, and preflight requests are only answered with "auto_options" of "router"',
        instead: 'write it in the extra_config of the root, which both use'
      }
    )
  }
  if (!servedMethods.has(method)) {
    report(
      {
        severity: 'warning',
        code: 'not-served',
        place: [...place, 'method'],
        value: method,
        message: `endpoints with the method ${describeValue(place, method)} are not served`,
        instead: 'use GET, POST, PUT, PATCH or DELETE',
        nearest: { word: method, among: servedMethods }
      }
    )
    return null
  }
  // Without a valid method it is not served, but its other errors are still reported.
  const [first = normaliseBackend(
    {},
    0,
    place,
    { ...context, report: ignore, endpointMethod: method, noOp: outputEncoding === 'no-op' }
  ), ...others] = backends
  const endpoint: Endpoint = {
    index,
    path,
    method: method as Method,
    backends: [first, ...others],
    inputHeaders: allOrNames((keys.input_headers ?? []).map((name) => name?.toLowerCase())),
    inputQueryStrings: allOrNames(keys.input_query_strings ?? []),
    outputEncoding,
    timeout,
    cacheTtl: readCacheTtl(keys.cache_ttl ?? '0', [...place, 'cache_ttl'], report) ||
      readCacheTtl(service.cache_ttl ?? '0', ['cache_ttl'], ignore),
    concurrentCalls: readConcurrentCalls(keys, place, report),
    extra,
    place,
    ...namespaces.unsupported.skipped.has(index) && { unsupported: [...namespaces.unsupported.skipped.get(index)!] }
  }
  checkEffects(keys, endpoint, report)
  return endpoint
}

const ignore: Report = () => {}

function readPath (keys: EndpointKeys, place: Place, report: Report): string {
  const at = [...place, 'endpoint']
  if (!keys.endpoint) {
    report(
      {
        severity: 'warning',
        code: 'missing-key',
        place: at,
        message: '"endpoint" is missing: this is served as "/"',
        instead: 'add the path to serve'
      }
    )
  }
  const written = keys.endpoint ?? ''
  const path = written.startsWith('/') ? written : `/${written}`
  if (written !== '' && path !== written) {
    report(
      {
        severity: 'warning',
        code: 'invalid-path',
        place: at,
        value: written,
        message: `a path must begin with a slash; this is served as ${describeValue(at, path)}`
      }
    )
  }
  if (forbidden.test(path)) {
    report({
      severity: 'error',
      code: 'invalid-path',
      place: at,
      value: written,
      message: `the path ${describeValue(at, path)} is not allowed`,
      instead: /\*./.test(path)
        ? 'a "*" is only allowed at the end: "/files/*"'
        : 'paths that end in or are below /__debug, /__echo and /__health are reserved for the gateway'
    })
  } else if (path.includes('?')) {
    report(
      {
        severity: 'warning',
        code: 'invalid-path',
        place: at,
        value: written,
        message: 'a path has no query: no request matches this one',
        instead: 'list query parameters in input_query_strings'
      }
    )
  }
  return path
}

function readOutputEncoding (keys: EndpointKeys, service: ServiceKeys, place: Place, report: Report): string {
  const own = keys.output_encoding
  // Case-sensitive, unlike a backend's: the reference looks the name up as written.
  const encoding = own || service.output_encoding || 'json'
  if (own && !outputEncodings.includes(encoding)) {
    report(
      {
        severity: 'warning',
        code: 'unknown-encoding',
        place: [...place, 'output_encoding'],
        value: own,
        message: `unknown output encoding ${describeValue(place, own)}: the response is encoded with its backend's encoding, or as JSON`,
        nearest: { word: encoding.toLowerCase(), among: outputEncodings }
      }
    )
  }
  return encoding
}

/** The documentation limits it to 5; the reference accepts any number, and treats less than 1 as 1. */
function readConcurrentCalls (keys: EndpointKeys, place: Place, report: Report): number {
  const calls = keys.concurrent_calls ?? 1
  const at = [...place, 'concurrent_calls']
  if (calls > 5) {
    report(
      {
        severity: 'warning',
        code: 'out-of-range',
        place: at,
        value: calls,
        message: `each request is sent ${calls} times to each backend; the documentation allows 5`
      }
    )
  }
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
      message: sequential
        ? `{resp${step}_…} is not available: backend ${step} is not called before this one`
        : `{resp${step}_…} requires a sequence: it is never filled in`,
      instead: sequential ? null : 'set "sequential": true in the endpoint\'s "proxy"'
    })
  }
}

/** `*` among the names means all. */
function allOrNames (names: readonly (string | undefined)[]): string[] {
  const known = names.filter((name) => name !== undefined)
  return known.includes('*') ? ['*'] : [...new Set(known)]
}
