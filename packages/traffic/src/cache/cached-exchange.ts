import { Fault, keptBytes, type BackendResponse, type CoreRequest, type Exchange, type Headers } from '@floodgate/core'
import type { AnswerStore } from './answer-store.ts'
import { readDirectives, type Directives } from './directives.ts'
import { ageOf, judge, lifetimeOf, standsIn } from './freshness.ts'
import { tee } from './tee.ts'
import type { KeptAnswer } from './kept-answer.ts'
import { anonymousKey, textOf, variantKey } from './variant.ts'

const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE'])

export interface CachedExchangeOptions {
  readonly store: AnswerStore
  readonly next: Exchange
  /** Answers go to the client as they are (`no-op`). */
  readonly passes: boolean
  /** Whether an answer of this status is read to its end: only those are kept. */
  keeps (status: number): boolean
}

/**
 * Puts a cache around a raw call, a subset of RFC 9111 as the reference has it: GET only, one answer per key (the last
 * that `Vary` let in), validators for stale ones, `stale-if-error`.
 *
 * Where the reference would hand one client's answer to another one, this cache does not: requests that differ in the
 * host that is forwarded, or in a header that the endpoint lets in or the gateway adds, have answers of their own
 * ({@link variantKey}), and one that sets cookies for a client is not kept.
 */
export function createCachedExchange ({ store, next, passes, keeps }: CachedExchangeOptions): Exchange {
  return function callCached (request) {
    const { method, headers } = request
    if (method !== 'GET' || headers['range'] !== undefined) {
      // As the reference: what is never kept is not asked for either.
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
    if (kept === null) return wanted.has('only-if-cached') ? notKept() : ask(key, request, wanted)
    const age = performance.now() - kept.born
    const verdict = judge(kept.headers, age, wanted)
    if (verdict === 'fresh') return Promise.resolve(answerOf(kept, age))
    return renew(key, request, wanted, kept, age, verdict === 'stale')
  }

  /** What changes a resource makes what is kept of it worthless (RFC 9111, section 4.4). */
  async function change (request: CoreRequest): Promise<BackendResponse> {
    const keys = new Set([anonymousKey(request), variantKey(request)])
    const response = await next(request)
    if (response.status >= 200 && response.status < 400) for (const key of keys) store.delete(key)
    return response
  }

  function suits ({ headers, varied }: KeptAnswer, request: CoreRequest): boolean {
    // A shared cache may hold an answer that only a client can unpack.
    if (!passes && headers['content-encoding'] !== undefined) return false
    return varied.every(([name, value]) => textOf(request.headers[name]) === value)
  }

  function answerOf ({ status, headers, body }: KeptAnswer, age: number): BackendResponse {
    // The client reckons with it (RFC 9111, section 5.1); nobody else sees the headers.
    return { status, headers: passes ? { ...headers, age: String(Math.floor(age / 1000)) } : { ...headers }, body }
  }

  async function ask (key: string, request: CoreRequest, wanted: Directives): Promise<BackendResponse> {
    const { headers } = request
    return keep(key, headers, wanted, await next(request))
  }

  async function renew (key: string, request: CoreRequest, wanted: Directives, kept: KeptAnswer, age: number, conditional: boolean): Promise<BackendResponse> {
    const { headers } = request
    const { etag, 'last-modified': modified } = kept.headers
    if (conditional && (etag ?? modified) !== undefined) {
      request.headers = { ...headers, ...(etag !== undefined && { 'if-none-match': etag }), ...(modified !== undefined && { 'if-modified-since': modified }) }
    }
    let response: BackendResponse
    try {
      response = await next(request)
    } catch (error) {
      if (!(error instanceof Fault && error.kind === 'abort') && standsIn(kept.headers, age, wanted)) return answerOf(kept, age)
      throw error
    }
    if (response.status === 304 && conditional) {
      drop(response)
      const renewed: KeptAnswer = { ...kept, headers: { ...kept.headers, ...response.headers }, born: performance.now() - ageOf(response.headers) }
      store.set(key, renewed)
      return answerOf(renewed, performance.now() - renewed.born)
    }
    if (response.status >= 500 && standsIn(kept.headers, age, wanted)) {
      drop(response)
      return answerOf(kept, age)
    }
    return keep(key, headers, wanted, response, true)
  }

  /** Keeps the answer if it may be kept, as soon as all of it is there; else the one that it replaces goes (`stale`). */
  function keep (key: string, asked: Readonly<Headers>, wanted: Directives, response: BackendResponse, stale = false): BackendResponse {
    const { status, body } = response
    if (!keeps(status) || wanted.has('no-store') || !isWorthKeeping(response.headers, passes) || Number(response.headers['content-length'] ?? 0) > store.maxBody) {
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
  return headers['etag'] !== undefined || headers['last-modified'] !== undefined || directives.has('stale-if-error') || lifetimeOf(headers, directives) > 0
}

function varyOf ({ vary }: Readonly<Headers>): string[] {
  return vary === undefined ? [] : String(vary).split(',').map((name) => name.trim().toLowerCase()).filter((name) => name !== '')
}

function drop ({ body }: BackendResponse): void {
  if (body !== null && !Buffer.isBuffer(body)) body.destroy()
}

/** What the client gets that takes a kept answer or none (RFC 9111, section 5.2.1.7). */
function notKept (): Promise<BackendResponse> {
  return Promise.resolve({ status: 504, headers: {}, body: null })
}
