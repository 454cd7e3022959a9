import type { Endpoint, Exchange, Step } from '@floodgate/core'
import { unknownOverride } from './errors.ts'
import type { EndpointOverrides } from './options.ts'

type AllOverrides = Readonly<Record<string, EndpointOverrides>>

const none: Readonly<EndpointOverrides> = Object.freeze({})

/**
 * Creates the function that finds an endpoint's overrides.
 *
 * @throws {FG_ERR_GATEWAY_OVERRIDE} a key names no endpoint
 */
export function createFindOverrides (overrides: AllOverrides, endpoints: readonly Endpoint[]): (endpoint: Endpoint) => EndpointOverrides {
  const named = Object.keys(overrides)
  if (named.length === 0) return () => none
  const keys = new Set(endpoints.map(keyOf))
  for (const key of named) {
    if (!keys.has(key)) throw unknownOverride(key, [...keys][0] ?? 'GET /path')
  }
  return (endpoint) => overrides[keyOf(endpoint)] ?? none
}

function keyOf ({ method, path }: Endpoint): string {
  return `${method} ${path}`
}

/** What changes the answer to the client. */
export function overrideEndpoint ({ rewriteHeaders, onResponse }: EndpointOverrides, next: Step): Step {
  let step = next
  if (rewriteHeaders !== undefined) {
    const inner = step
    step = async function rewriteAnswerHeaders (request) {
      const response = await inner(request)
      response.headers = rewriteHeaders(response.headers, request.incoming)
      return response
    }
  }
  if (onResponse !== undefined) {
    const inner = step
    step = async function overrideResponse (request) {
      return onResponse(await inner(request), request.incoming)
    }
  }
  return step
}

/** What changes the host that is called. */
export function overrideBackend ({ getUpstream }: EndpointOverrides, next: Step): Step {
  if (getUpstream === undefined) return next
  return function overrideUpstream (request) {
    request.origin = new URL(getUpstream(request.incoming)).origin
    return next(request)
  }
}

/** What changes the request to a backend. */
export function overrideExchange ({ rewriteRequestHeaders }: EndpointOverrides, next: Exchange): Exchange {
  if (rewriteRequestHeaders === undefined) return next
  return function overrideRequestHeaders (request) {
    request.headers = rewriteRequestHeaders({ ...request.headers }, request.incoming)
    return next(request)
  }
}
