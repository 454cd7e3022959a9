import { Fault, type Backend, type CoreRequest, type Endpoint, type Query, type Service } from '@floodgate/core'
import { encodeQuery, findBrokenEscape } from '@floodgate/go/url'
import type { Balance } from './balance.ts'
import { withDecodableCodings } from '../exchange/decodable-codings.ts'
import { createHeaderFilter } from '../request/forwarded-headers.ts'
import { createValueGuard } from '../request/request-values.ts'
import { climbingAnswer, climbingValue, createClimbsOut, isOfAnswer } from '../request/segment-guard.ts'
import { encodeQueryValue, readAddress } from './target-encoding.ts'
import { encodeSegment, fillPath, fillQuery, join, readPattern, type Placeholder, type UrlPattern } from './url-pattern.ts'

export interface TargetOptions {
  /** For its `router.disable_path_decoding`. */
  readonly service?: Service
  /** Also chooses the host; without it, call the balancer on each copy of the request that is sent. */
  readonly balance?: Balance
}

/** Addresses a request to a backend: sets its method and target, narrows its headers and query. */
export type Target = (request: CoreRequest) => void

type BuildTarget = (params: Readonly<Record<string, string>>) => string

/** Values that are not written into the address by a client: always encoded, regardless of the service's settings. */
const FROM_ELSEWHERE = /^(?:JWT\.|input_headers\.|input_query_strings\.|\*$)/

/**
 * Creates the function that addresses a backend's requests: `url_pattern` with its `{param}`, `{respN_field}`,
 * `{JWT.claim}`, `{input_headers.X}` and `{input_query_strings.x}` filled in, the accepted query appended, and the
 * backend's own `input_headers` and `input_query_strings` applied. A client's value never changes the shape of the path
 * or the query, unless the service has `disable_path_decoding`: then the client's encoding of a path parameter is kept,
 * as on the reference. A value of an earlier response is inserted unchanged, so that links can be followed: it may
 * contain slashes and a query. No value can change the host, or leave its place by a dot segment.
 *
 * The returned function throws a Fault: status 400 for a client's value with a dot segment; of the kind `backend` for a
 * response's value that has one or does not form a valid address, and with `disable_path_decoding` for a parameter with
 * an invalid escape.
 *
 * @example const target = createTarget(backend, endpoint, { service: model }) const balance = createBalancer(backend,
 * directory) const step = (request) => { target(request) // request.method, request.target balance(request) //
 * request.origin return next(request) }
 */
export function createTarget (backend: Backend, endpoint: Endpoint, { service, balance }: TargetOptions = {}): Target {
  const { method } = backend
  const pattern = readPattern(backend.urlPattern, endpoint.path.endsWith('/*'))
  const raw = decodesPaths(service) ? isOfAnswer : (name: string) => !FROM_ELSEWHERE.test(name)
  const build = [...pattern.path, ...pattern.query ?? []].some((piece) => typeof piece !== 'string' && raw(piece.name))
    ? createRawBuilder(pattern, raw)
    : createBuilder(pattern)
  const climbsOut = createClimbsOut(pattern)
  const climbing = pattern.path.some((piece) => typeof piece !== 'string' && isOfAnswer(piece.name)) ? climbingAnswer : climbingValue
  const guardValues = createValueGuard(backend)
  const filterHeaders = createHeaderFilter(backend.inputHeaders)
  const filterQuery = createQueryFilter(backend.inputQueryStrings)
  const decodes = backend.encoding !== 'no-op' && mayPass(endpoint, 'accept-encoding')

  return function target (request) {
    request.method = method
    if (guardValues !== null) guardValues(request)
    if (climbsOut !== null && climbsOut(request.params)) throw climbing()
    request.target = build(request.params)
    if (request.query !== null) {
      if (filterQuery !== null) request.query = filterQuery(request.query)
      if (request.query !== null) request.target = addQuery(request.target, encodeQuery(request.query))
    }
    if (filterHeaders !== null) request.headers = filterHeaders(request.headers)
    if (decodes) request.headers = withDecodableCodings(request.headers)
    if (balance !== undefined) balance(request)
  }
}

/** Returns whether a client's header may be sent to a backend; its name is in lower case. */
function mayPass ({ inputHeaders }: Endpoint, name: string): boolean {
  return inputHeaders.includes('*') || inputHeaders.includes(name)
}

function createBuilder (pattern: UrlPattern): BuildTarget {
  const path = fillPath(pattern.path)
  const query = pattern.query === null ? null : fillQuery(pattern.query)
  if (typeof path === 'string' && (query === null || typeof query === 'string')) {
    const constant = query === null ? path : `${path}?${query}`
    return () => constant
  }
  const pathOf = typeof path === 'string' ? () => path : path
  if (query === null) return pathOf
  const queryOf = typeof query === 'string' ? () => query : query
  return (params) => `${pathOf(params)}?${queryOf(params)}`
}

/** As in the reference: values are inserted into an address, which is then parsed. */
function createRawBuilder (pattern: UrlPattern, raw: (name: string) => boolean): BuildTarget {
  const rawOr = (encode: (value: string, place: Placeholder) => string) =>
    (value: string, place: Placeholder) => raw(place.name) ? value : encode(value, place)
  const ofAnswers = [...pattern.path, ...pattern.query ?? []].some((piece) => typeof piece !== 'string' && isOfAnswer(piece.name))
  return (params) => {
    const path = join(pattern.path, params, rawOr(encodeSegment))
    const text = pattern.query === null ? path : `${path}?${join(pattern.query, params, rawOr(encodeQueryValue))}`
    return readAddress(text) ?? refuse(text, ofAnswers)
  }
}

function refuse (text: string, ofAnswers: boolean): never {
  const escape = findBrokenEscape(text)
  throw new Fault(ofAnswers ? 'backend' : 'request', 'FG_ERR_PROXY_TARGET', escape === null
    ? 'invalid control character in URL'
    : `invalid URL escape ${JSON.stringify(escape)}`, {
    detail: ofAnswers
      ? 'url_pattern with a value of an earlier response is not a valid address: the backend was not called'
      : `url_pattern with a parameter of the request is not a valid address: ${JSON.stringify(text)}; without "disable_path_decoding" such a request is answered 400`
  })
}

function addQuery (target: string, query: string): string {
  if (query === '') return target
  const at = target.indexOf('?')
  return at < 0 ? `${target}?${query}` : at === target.length - 1 ? target + query : `${target}&${query}`
}

function createQueryFilter (names: readonly string[]): ((query: Query) => Query | null) | null {
  if (names.length === 0) return null
  return (query) => {
    let filtered: Record<string, readonly string[]> | null = null
    for (const name of names) {
      const values = query[name]
      if (values !== undefined) (filtered ??= Object.create(null) as Record<string, readonly string[]>)[name] = values
    }
    return filtered
  }
}

function decodesPaths (service: Service | undefined): boolean {
  const router = service?.extra['router'] as { disable_path_decoding?: unknown } | undefined
  return router?.disable_path_decoding !== true
}
