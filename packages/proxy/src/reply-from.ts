import type { FastifyReplyFromHooks } from '@fastify/reply-from'
import type { FastifyInstance, FastifyReply, RouteHandlerMethod } from 'fastify'
import { Fault, foreignFault, isThenable, judgeThrown, type Call, type CoreRequest, type Endpoint, type Exchange, type Headers } from '@floodgate/core'
import { headersToSet } from '@floodgate/engine'
import { isStream, sendBody, setStatus } from '@floodgate/engine'
import { guardOverrides } from './guard-overrides.ts'
import { createFailure, type ErrorAnswerOptions } from '@floodgate/engine'
import { callKey, createRequestable, type ReplyFromCall } from './requestable.ts'
import type { Prepare } from '@floodgate/engine'
import type { CreateCoreRequest } from '@floodgate/engine'
import { startCall } from '@floodgate/engine'

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

/** How long an `onError` of the host's may take to answer, in ms. */
const patience = 1_000

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
export function serveReplyFrom ({ endpoint, prepare, exchange, coreRequest, overrides: given = {}, errors = {} }: ServeReplyFromOptions): RouteHandlerMethod {
  const { timeout } = endpoint
  const where = `${endpoint.method} ${endpoint.path}`
  const overrides = guardOverrides(given, where)
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
      const rewritten = rewriteHeaders === undefined ? fromBackend : rewriteHeaders(fromBackend, request)
      const { reply } = request![callKey]!
      return { ...reply === undefined ? rewritten : headersToSet(reply, rewritten as Headers), 'x-krakend-completed': 'false' }
    },
    onResponse (request, anyReply, response) {
      const reply = anyReply as unknown as FastifyReply
      const { status, body } = request[callKey]!
      if (status > 599) setStatus(reply, status)
      if (isStream(body)) fail.watch(body, reply)
      if (onResponse === undefined) { sendBody(reply, body); return }
      const { core, fail: failed } = request[callKey]!
      // Whoever takes the answer over must have sent it when the timeout is over.
      core.call.listen((reason) => {
        if (reason.kind === 'deadline' && !reply.sent) failed!(foreignFault({ who: 'the override onResponse', where }, 'had not answered when the timeout was over', reason))
      })
      const later: unknown = onResponse(request, anyReply, response)
      const refuse = (thrown: unknown): void => { failed!(judgeThrown({ who: 'the override onResponse', where }, thrown)) }
      try {
        if (isThenable(later)) later.then(undefined, refuse)
      } catch (thrown) {
        refuse(thrown)
      }
    }
  }

  return function serveThroughReplyFrom (request, reply) {
    const call = startCall(reply, timeout)
    const failed = (error: unknown): void => {
      if (onError === undefined || !(error instanceof Fault) || error.kind === 'abort' || error.kind === 'foreign') { fail(error, reply, call); return }
      fail.log(error, reply)
      handOver(error, reply, call)
    }
    try {
      const core = coreRequest(request, request.params as Record<string, string>, call)
      request[callKey] = { core, exchange, addressed, bodied, streams: onResponse !== undefined, status: 0, body: null, reply, fail: failed }
      const prepared = prepare(core)
      if (prepared === undefined) reply.from(source(core), options)
      else prepared.then(() => { reply.from(source(core), options) }).catch(failed)
    } catch (error) {
      failed(error)
    }
  }

  /** Leaves the answer of a failure to `onError`, which has a second for it. */
  function handOver (error: Fault, reply: FastifyReply, call: Call): void {
    const foreign = { who: 'the override onError', where }
    const refuse = (thrown: unknown): void => { fail(judgeThrown(foreign, thrown), reply, call) }
    try {
      const later: unknown = onError!(reply, { error })
      if (isThenable(later)) later.then(undefined, refuse)
      if (reply.sent) return
      const timer = setTimeout(() => { if (!reply.sent) fail(foreignFault(foreign, `had not answered after ${patience} ms`), reply, call) }, patience)
      reply.raw.once('close', () => { clearTimeout(timer) })
    } catch (thrown) {
      refuse(thrown)
    }
  }

  /** A constant source keeps reply-from's cache of parsed addresses to one entry per host. */
  function source ({ origin, target }: CoreRequest): string {
    return addressed ? overrides.getUpstream === undefined ? origin + target : target : origin
  }
}
