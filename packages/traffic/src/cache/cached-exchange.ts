import { Fault, keptBytes, type BackendResponse, type CoreRequest, type Exchange, type Headers } from '@floodgate/core'
import type { AnswerStore } from './answer-store.ts'
import { readDirectives, type Directives } from './directives.ts'
import type { CacheCounters } from './cache-metrics.ts'
import { ageOf, freshnessOf, lifetimeOf, standsIn } from './freshness.ts'
import { tee } from './tee.ts'
import type { KeptAnswer } from './kept-answer.ts'
import { anonymousKey, textOf, variantKey } from './variant.ts'

const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE'])

export interface CachedExchangeOptions {
  readonly store: AnswerStore
  readonly next: Exchange
  /** Responses are passed on unchanged (`no-op`). */
  readonly passes: boolean
  /** Returns whether a response with this status is read completely: only those are cached. */
  keeps (status: number): boolean
  /** Counts what the cache had. Default: nothing is counted. */
  readonly counters?: CacheCounters | undefined
}

/**
 * Wraps a raw call in a cache with the reference's subset of RFC 9111: GET only, one response per key (the latest that
 * `Vary` allows), validators for stale responses, `stale-if-error`.
 *
 * Unlike the reference, it never sends one client's response to another: requests that differ in the forwarded host, or
 * in a header that the endpoint accepts or the gateway adds, are cached separately ({@link variantKey}), and a response
 * that sets cookies is not cached.
 */
export function createCachedExchange ({ store, next, passes, keeps, counters }: CachedExchangeOptions): Exchange {
  return function callCached (request) {
    const { method, headers } = request
    if (method !== 'GET' || headers['range'] !== undefined) {
      // As in the reference: responses that are never stored are not looked up either.
      if (headers['cache-control'] !== undefined && readDirectives(headers['cache-control']).has('only-if-cached')) return notKept()
      return safeMethods.has(method) ? next(request) : change(request)
    }
    const key = variantKey(request)
    const kept = store.get(key)
    return kept instanceof Promise ? kept.then((kept) => serve(key, request, kept)) : serve(key, request, kept)
  }

  function serve (key: string, request: CoreRequest, found: KeptAnswer | null): Promise<BackendResponse> {
    const wanted = readDirectives(request.headers['cache-control'])
    const kept = found !== null && suits(found, request) ? found : null
    if (kept === null) {
      counters?.miss.add()
      return wanted.has('only-if-cached') ? notKept() : ask(key, request, wanted)
    }
    const age = performance.now() - kept.born
    const verdict = freshnessOf(kept.headers, age, wanted)
    if (verdict === 'fresh') {
      counters?.hit.add()
      return Promise.resolve(answerOf(kept, age))
    }
    return renew(key, request, wanted, kept, age, verdict === 'stale')
  }

  /** A request that changes a resource invalidates its cached response (RFC 9111, section 4.4). */
  async function change (request: CoreRequest): Promise<BackendResponse> {
    const keys = new Set([anonymousKey(request), variantKey(request)])
    const response = await next(request)
    if (response.status >= 200 && response.status < 400) for (const key of keys) store.delete(key)
    return response
  }

  function suits ({ headers, varied }: KeptAnswer, request: CoreRequest): boolean {
    // A shared cache may contain a response with a coding that only the client can decode.
    if (!passes && headers['content-encoding'] !== undefined) return false
    return varied.every(([name, value]) => textOf(request.headers[name]) === value)
  }

  function answerOf ({ status, headers, body }: KeptAnswer, age: number): BackendResponse {
    // The client needs the Age (RFC 9111, section 5.1); the headers are not used elsewhere.
    return { status, headers: passes ? { ...headers, age: String(Math.floor(age / 1000)) } : { ...headers }, body }
  }

  /** A stale response, in place of a failure. */
  function standIn (kept: KeptAnswer, age: number): BackendResponse {
    counters?.stale.add()
    return answerOf(kept, age)
  }

  async function ask (key: string, request: CoreRequest, wanted: Directives): Promise<BackendResponse> {
    const { headers } = request
    return keep(key, headers, wanted, await next(request))
  }

  async function renew (
    key: string,
    request: CoreRequest,
    wanted: Directives,
    kept: KeptAnswer,
    age: number,
    conditional: boolean
  ): Promise<BackendResponse> {
    const { headers } = request
    const { etag, 'last-modified': modified } = kept.headers
    if (conditional && (etag ?? modified) !== undefined) {
      request.headers = {
        ...headers,
        ...(etag !== undefined && { 'if-none-match': etag }),
        ...(modified !== undefined && { 'if-modified-since': modified })
      }
    }
    let response: BackendResponse
    try {
      response = await next(request)
    } catch (error) {
      if (!(error instanceof Fault && error.kind === 'abort') && standsIn(kept.headers, age, wanted)) return standIn(kept, age)
      counters?.miss.add()
      throw error
    }
    if (response.status === 304 && conditional) {
      drop(response)
      counters?.revalidated.add()
      const renewed: KeptAnswer = {
        ...kept,
        headers: { ...kept.headers, ...response.headers },
        born: performance.now() - ageOf(response.headers)
      }
      store.set(key, renewed)
      return answerOf(renewed, performance.now() - renewed.born)
    }
    if (response.status >= 500 && standsIn(kept.headers, age, wanted)) {
      drop(response)
      return standIn(kept, age)
    }
    counters?.miss.add()
    return keep(key, headers, wanted, response, true)
  }

  /** Stores the response, if allowed, once it is complete; otherwise removes the one that it replaces (`stale`). */
  function keep (key: string, asked: Readonly<Headers>, wanted: Directives, response: BackendResponse, stale = false): BackendResponse {
    const { status, body } = response
    if (!keeps(status) ||
      wanted.has('no-store') ||
      !isWorthKeeping(response.headers, passes) ||
      Number(response.headers['content-length'] ?? 0) > store.maxBody) {
      if (stale) store.delete(key)
      return response
    }
    const headers = { ...response.headers }
    const varied = varyOf(headers).map((name) => [name, textOf(asked[name])] as const)
    const born = performance.now() - ageOf(headers)
    const whole = (body: Buffer | null) => { store.set(key, { status, headers, body, born, varied }) }
    if (body === null || Buffer.isBuffer(body)) {
      if (body === null || body.length <= store.maxBody) whole(body && keptBytes(body))
    } else {
      response.body = tee(body, store.maxBody, whole)
    }
    return response
  }
}

function isWorthKeeping (headers: Readonly<Headers>, passes: boolean): boolean {
  const directives = readDirectives(headers['cache-control'])
  if (directives.has('no-store') || varyOf(headers).includes('*')) return false
  if (passes && headers['set-cookie'] !== undefined) return false
  return headers['etag'] !== undefined ||
    headers['last-modified'] !== undefined ||
    directives.has('stale-if-error') ||
    lifetimeOf(headers, directives) > 0
}

function varyOf ({ vary }: Readonly<Headers>): string[] {
  return vary === undefined ? [] : String(vary).split(',').map((name) => name.trim().toLowerCase()).filter((name) => name !== '')
}

function drop ({ body }: BackendResponse): void {
  if (body !== null && !Buffer.isBuffer(body)) body.destroy()
}

/** Response to a client that accepts only a cached response (RFC 9111, section 5.2.1.7). */
function notKept (): Promise<BackendResponse> {
  return Promise.resolve({ status: 504, headers: {}, body: null })
}
