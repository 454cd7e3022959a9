import type { FastifyReplyFromHooks } from '@fastify/reply-from'
import type { FastifyInstance, FastifyReply, RouteHandlerMethod } from 'fastify'
import { Fault, type CoreRequest, type Endpoint, type Exchange } from '@floodgate/core'
import { isStream, sendBody, setStatus } from './answer.ts'
import { createFailure, type ErrorAnswerOptions } from './failure.ts'
import { callKey, createRequestable, type ReplyFromCall } from './requestable.ts'
import type { Prepare } from './pass-through.ts'
import type { CreateCoreRequest } from './serve.ts'
import { startCall } from './start-call.ts'

/** What reply-from lets a route change, by its own names. Retries and timeouts are the configuration's. */
export type ReplyFromOverrides = Pick<FastifyReplyFromHooks,
  'body' | 'contentType' | 'getUpstream' | 'method' | 'onError' | 'onResponse' | 'queryString' | 'rewriteHeaders' | 'rewriteRequestHeaders'>

export interface ServeReplyFromOptions {
  endpoint: Endpoint
  prepare: Prepare
  exchange: Exchange
  coreRequest: CreateCoreRequest
  overrides?: ReplyFromOverrides
  errors?: ErrorAnswerOptions
}

declare module 'fastify' {
  interface FastifyRequest { [callKey]?: ReplyFromCall }
}

/** Gives a scope the `reply.from` that {@link serveReplyFrom} needs; once per scope, and never at the root of a host. */
export function registerReplyFrom (scope: FastifyInstance): void {
  scope.decorateRequest(callKey as unknown as string)
  // Without retryMethods reply-from repeats a GET that was answered 503.
  scope.register(import('@fastify/reply-from'), { undici: createRequestable(), retryMethods: [], disableRequestLogging: true })
}

/**
 * Creates the Fastify handler of a pass-through endpoint that reply-from serves, with its overrides. Same deadline,
 * aborts, bodies and errors as `serve`.
 */
export function serveReplyFrom ({ endpoint, prepare, exchange, coreRequest, overrides = {}, errors = {} }: ServeReplyFromOptions): RouteHandlerMethod {
  const { timeout } = endpoint
  const fail = createFailure(endpoint, errors)
  const addressed = overrides.getUpstream !== undefined || overrides.queryString !== undefined
  const bodied = overrides.body !== undefined
  const { rewriteHeaders, rewriteRequestHeaders, onResponse, onError } = overrides

  const options: FastifyReplyFromHooks = {
    ...overrides,
    method: overrides.method ?? endpoint.backends[0].method,
    queryString: overrides.queryString ?? ((search) => search === undefined ? '' : search.slice(1)),
    rewriteRequestHeaders (request, fromClient) {
      const call = request[callKey]!
      const headers = { ...call.core.headers } as typeof fromClient
      return { ...rewriteRequestHeaders === undefined ? headers : rewriteRequestHeaders(request, headers), [callKey]: call }
    },
    rewriteHeaders (fromBackend, request) {
      return { ...rewriteHeaders === undefined ? fromBackend : rewriteHeaders(fromBackend, request), 'x-krakend-completed': 'false' }
    },
    onResponse (request, anyReply, response) {
      const reply = anyReply as unknown as FastifyReply
      const { status, body } = request[callKey]!
      if (status > 599) setStatus(reply, status)
      if (isStream(body)) fail.watch(body, reply)
      if (onResponse !== undefined) onResponse(request, anyReply, response)
      else sendBody(reply, body)
    }
  }

  return function serveThroughReplyFrom (request, reply) {
    const call = startCall(reply, timeout)
    const failed = (error: unknown): void => {
      if (onError === undefined || !(error instanceof Fault) || error.kind === 'abort') { fail(error, reply, call); return }
      fail.log(error, reply)
      try { onError(reply, { error }) } catch (thrown) { fail(thrown, reply, call) }
    }
    try {
      const core = coreRequest(request, request.params as Record<string, string>, call)
      request[callKey] = { core, exchange, addressed, bodied, streams: onResponse !== undefined, status: 0, body: null, fail: failed }
      const prepared = prepare(core)
      if (prepared === undefined) reply.from(source(core), options)
      else prepared.then(() => { reply.from(source(core), options) }).catch(failed)
    } catch (error) {
      failed(error)
    }
  }

  /** A constant source keeps reply-from's cache of parsed addresses to one entry per host. */
  function source ({ origin, target }: CoreRequest): string {
    return addressed ? overrides.getUpstream === undefined ? origin + target : target : origin
  }
}
