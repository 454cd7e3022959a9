import { describeKind, findWrongHeaders, ignoreRejection, type CoreRequest, type Endpoint, type Exchange, type Headers, type Step, type StepResponse } from '@floodgate/core'
import { unknownOverride, wrongOverride } from '../errors.ts'
import type { StepGuard } from '../foreign/guard-step.ts'
import type { EndpointOverrides } from '../options.ts'

type AllOverrides = Readonly<Record<string, EndpointOverrides>>

const known: readonly string[] = ['onRequest', 'preHandler', 'getUpstream', 'rewriteRequestHeaders', 'rewriteHeaders', 'onResponse'] satisfies (keyof EndpointOverrides)[]

const none: Readonly<EndpointOverrides> = Object.freeze({})

/**
 * Creates the function that finds an endpoint's overrides.
 *
 * @throws {FG_ERR_GATEWAY_OVERRIDE} a key names no endpoint
 * @throws {FG_ERR_GATEWAY_OVERRIDE_KEY} what is to be changed is none of the overrides, or no function
 */
export function createFindOverrides (overrides: AllOverrides, endpoints: readonly Endpoint[]): (endpoint: Endpoint) => EndpointOverrides {
  const named = Object.keys(overrides)
  if (named.length === 0) return () => none
  const keys = new Set(endpoints.map(keyOf))
  for (const key of named) {
    if (!keys.has(key)) throw unknownOverride(key, [...keys][0] ?? 'GET /path')
    judge(key, overrides[key])
  }
  return (endpoint) => overrides[keyOf(endpoint)] ?? none
}

function judge (endpoint: string, changes: unknown): void {
  for (const [name, value] of Object.entries(changes ?? {})) {
    if (value === undefined) continue
    if (!known.includes(name)) throw wrongOverride(endpoint, name, `is none: they are ${known.join(', ')}`)
    const functions: unknown[] = name === 'onRequest' || name === 'preHandler' ? [value].flat() : [value]
    if (!functions.every((one) => typeof one === 'function')) throw wrongOverride(endpoint, name, `must be a function, and it is ${describeKind(value)}`)
  }
}

function keyOf ({ method, path }: Endpoint): string {
  return `${method} ${path}`
}

/** What changes the answer to the client. */
export function overrideEndpoint ({ rewriteHeaders, onResponse }: EndpointOverrides, next: Step, { step: guard }: StepGuard): Step {
  let step = next
  if (rewriteHeaders !== undefined) {
    step = guard('the override rewriteHeaders', step, (inner) => async function rewriteAnswerHeaders (request: CoreRequest) {
      const response = await inner(request)
      try {
        response.headers = checkHeaders(rewriteHeaders(response.headers, request.incoming))
      } catch (error) {
        discard(response)
        throw error
      }
      return response
    })
  }
  if (onResponse !== undefined) {
    step = guard('the override onResponse', step, (inner) => async function overrideResponse (request: CoreRequest) {
      const response = await inner(request)
      const { body } = response
      try {
        return await onResponse(response, request.incoming)
      } catch (error) {
        discard({ body })
        throw error
      }
    })
  }
  return step
}

/** What changes the host that is called. */
export function overrideBackend ({ getUpstream }: EndpointOverrides, next: Step, { step: guard }: StepGuard): Step {
  if (getUpstream === undefined) return next
  return guard('the override getUpstream', next, (inner) => function overrideUpstream (request: CoreRequest) {
    request.origin = readOrigin(getUpstream(request.incoming))
    return inner(request)
  })
}

/** What changes the request to a backend. */
export function overrideExchange ({ rewriteRequestHeaders }: EndpointOverrides, next: Exchange, { exchange: guard }: StepGuard): Exchange {
  if (rewriteRequestHeaders === undefined) return next
  return guard('the override rewriteRequestHeaders', next, (inner) => function overrideRequestHeaders (request: CoreRequest) {
    request.headers = checkHeaders(rewriteRequestHeaders({ ...request.headers }, request.incoming))
    return inner(request)
  })
}

function readOrigin (given: unknown): string {
  ignoreRejection(given)
  if (typeof given !== 'string' || !/^https?:\/\//i.test(given) || !URL.canParse(given)) throw new TypeError(`it gave ${typeof given === 'string' ? JSON.stringify(given.replace(/\/\/[^/@]*@/, '//')) : describeKind(given)}: the origin to call, such as "http://api:8080", is expected`)
  return new URL(given).origin
}

function checkHeaders (headers: Headers): Headers {
  ignoreRejection(headers)
  const wrong = findWrongHeaders(headers)
  if (wrong !== null) throw new TypeError(`it ${wrong}`)
  return headers
}

/** Lets go of a body that nobody will read. */
function discard ({ body }: Pick<StepResponse, 'body'>): void {
  if (body !== null && !Buffer.isBuffer(body)) body.on('error', () => {}).destroy()
}
