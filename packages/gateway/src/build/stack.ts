import {
  createAggregate, createBackendStep, createConcurrent, createReadAnswer, createRender, createShadow, regularBackends,
  shadowBackends
} from '@floodgate/aggregate'
import { foreignFault, prepareStep, type Backend, type Endpoint, type Service, type Step } from '@floodgate/core'
import { recycle, type Client } from '@floodgate/http-client'
import {
  createCoreRequest, createExchange, createReadingExchange, createTarget, guardOverrides, serve,
  type EndpointOverrides, type ErrorAnswerOptions, type ExchangeOptions, type Hosts, type Render
} from '@floodgate/engine'
import type { FastifyRequest, RouteHandlerMethod } from 'fastify'
import type { Attachments } from './attach.ts'
import { createStepGuard, type StepGuard } from '../foreign/guard-step.ts'
import { overrideBackend, overrideEndpoint, overrideExchange } from './overrides.ts'

/** What the stack is composed of. */
export interface Parts {
  readonly model: Service
  readonly attachments: Attachments
  readonly errors: ErrorAnswerOptions
  /** Size limit of a backend's answer that is decoded. */
  readonly maxDecodedBytes: number
  /** The client of a backend's settings. */
  clientFor (backend: Backend): Client
  /** How the host of each of its calls is chosen. */
  hostsFor (backend: Backend): Hosts
}

/**
 * Composes the handler of an endpoint. This is the order of everything, a request's way from the top down: the
 * endpoint's features around the merged answer, the copies for shadow backends, the merge or sequence, and per backend
 * the address, the copies of `concurrent_calls`, the host, the backend's features, the decoding and shaping, and the raw
 * call with its features. The reference has the same order (its proxy and backend factories).
 */
export function composeEndpoint (
  endpoint: Endpoint,
  parts: Parts,
  own: EndpointOverrides = {},
  timeLeft?: (request: FastifyRequest) => number
): RouteHandlerMethod {
  const where = `${endpoint.method} ${endpoint.path}`
  const overrides = guardOverrides(own, where)
  const guard = createStepGuard(where)
  let isTouched = endpoint.backends.length > 1
  const compose = (backend: Backend): Step => {
    const composed = composeBackend(backend, endpoint, parts, overrides, guard)
    isTouched ||= composed.isTouched
    return composed.step
  }
  const answers = regularBackends(endpoint).map(compose)
  const merged = createAggregate(endpoint, answers)
  const shadowed = createShadow(endpoint, merged, shadowBackends(endpoint).map(compose))
  const around = overrideEndpoint(overrides, parts.attachments.aroundEndpoint(shadowed, endpoint, guard), guard)
  // Only the rendering uses its responses.
  const step = around === merged ? createAggregate(endpoint, answers, { bare: true }) : around
  // The reference's signer writes its answers itself: JSON without labels, whatever the endpoint's encoding.
  const signs = endpoint.extra['auth/signer'] !== undefined
  const render = signs ? createRender('json') : createRender(endpoint.outputEncoding, fallbackEncoding(endpoint))
  const decoded = endpoint.outputEncoding !== 'no-op' && { labels: !signs, render: guardRender(render, where, guard) }
  return serve({
    endpoint,
    step: parts.attachments.watchEndpoint(step, endpoint),
    coreRequest: createCoreRequest(endpoint, parts.model),
    errors: parts.errors,
    // The body of a response must not be used elsewhere.
    ...(around === merged && !isTouched && { recycle }),
    ...(timeLeft && { timeLeft }),
    ...overrides.onResponse !== undefined && { onResponse: overrides.onResponse },
    ...overrides.onError !== undefined && { onError: overrides.onError },
    ...decoded
  })
}

/** Names who may have made a document that cannot be written: one with a circle in it, for one. */
function guardRender (render: Render, where: string, { names }: StepGuard): Render {
  if (names.length === 0) return render
  const who = names.join(' or ')
  return (response, request) => {
    try {
      return render(response, request)
    } catch (error) {
      throw foreignFault(
        { who, where },
        `made a document that cannot be written: ${((error as Error).cause as Error | undefined ?? error as Error).message}`,
        error
      )
    }
  }
}

/** An unknown output encoding is that of the only backend. */
function fallbackEncoding ({ backends }: Endpoint): string {
  return backends.length === 1 ? backends[0].encoding : 'json'
}

/** `isTouched`: a feature or an override sees its answers. */
function composeBackend (
  backend: Backend,
  endpoint: Endpoint,
  parts: Parts,
  overrides: EndpointOverrides,
  guard: StepGuard
): { step: Step, isTouched: boolean } {
  const { attachments } = parts
  const client = parts.clientFor(backend)
  const interceptors = attachments.interceptors(backend, endpoint)
  const onTheWire = interceptors.length > 0
  const { balance, group } = parts.hostsFor(backend)
  const observe = attachments.observeCalls(backend, endpoint)
  const options: ExchangeOptions = {
    // Its last interceptor is the outermost.
    dispatcher: onTheWire ? client.intercept(...interceptors.reverse()) : client,
    hosts: group,
    mode: backend.encoding === 'no-op' ? 'pass' : 'collect',
    gzip: !backend.client.transport.disableCompression,
    maxBytes: parts.maxDecodedBytes,
    // An interceptor may keep the chunks of a body.
    ...(!onTheWire && { recycle }),
    ...observe !== undefined && { observe }
  }
  const call = createExchange(options)
  const exchange = attachments.aroundExchange(overrideExchange(overrides, call), backend, guard)
  // There is nothing between the call and the decoding that needs headers or changes the response.
  const isDirect = exchange === call
  const isOnly = endpoint.backends.length === 1
  const createDecoded = (bare: boolean): Step => isDirect
    ? createReadingExchange({ ...options, bare: true }, createReadAnswer(backend, { inflated: true, unread: isOnly, bare }))
    : createBackendStep(backend, exchange)
  const decoded = createDecoded(false)
  const around = overrideBackend(overrides, attachments.aroundBackend(decoded, backend, guard))
  // Only the merging uses its responses.
  const featured = around === decoded && !isOnly ? createDecoded(true) : around
  const target = createTarget(backend, endpoint, { service: parts.model })
  const watched = attachments.watchBackend(featured, backend, endpoint)
  const called = prepareStep(target, createConcurrent(endpoint.concurrentCalls, endpoint.timeout, prepareStep(balance, watched)))
  return {
    step: attachments.aroundCall(called, backend, guard),
    isTouched: onTheWire || !isDirect || around !== decoded || endpoint.concurrentCalls > 1
  }
}
