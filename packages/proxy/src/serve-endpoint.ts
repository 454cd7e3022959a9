import type { FastifyReplyFromHooks } from '@fastify/reply-from'
import type { RouteHandlerMethod } from 'fastify'
import type { Endpoint, Headers } from '@floodgate/core'
import {
  createFailure, createHandOver, headersToSet, nameOf, overrideFailure, startCall, type CreateCoreRequest,
  type EndpointOverrides, type ErrorAnswerOptions, type Target
} from '@floodgate/engine'
import type { HostGroup } from '@floodgate/http-client'
import { calls, ReplyFromCall } from './calls.ts'
import { guardOverrides } from './guard-overrides.ts'
import { createRetryDelay, faultOf, watchBody } from './hooks.ts'

export interface ServeEndpointOptions {
  readonly endpoint: Endpoint
  /** Chooses a host, and builds the address. */
  readonly target: Target
  /** The hosts that it chooses from; null = there are no several. */
  readonly hosts: HostGroup | null
  readonly coreRequest: CreateCoreRequest
  readonly overrides: EndpointOverrides
  readonly errors: ErrorAnswerOptions
}

/** Creates the handler of a pass-through endpoint: `reply.from()`, with what the configuration says in place of its defaults. */
export function serveEndpoint ({ endpoint, target, hosts, coreRequest, overrides, errors }: ServeEndpointOptions): RouteHandlerMethod {
  const where = nameOf(endpoint)
  const { rewriteRequestHeaders, rewriteHeaders, onResponse, onError, retryDelay, ...others } = guardOverrides(overrides, where)
  const failure = createFailure(endpoint, errors)
  const fail = overrideFailure(failure, onError, where)
  const handOver = onResponse === undefined ? null : createHandOver(onResponse, where, failure)
  const method = others.method ?? endpoint.backends[0].method
  const isAddressed = others.getUpstream !== undefined || others.queryString !== undefined
  const isBodied = others.body !== undefined

  return function serveThroughReplyFrom (request, reply) {
    const ends = startCall(reply, endpoint.timeout)
    const failed = (error: unknown): void => { fail(error, reply, ends) }
    try {
      const core = coreRequest(request, request.params as Record<string, string>, ends)
      target(core)
      const { origin, target: path, body } = core
      const call = new ReplyFromCall(
        ends,
        { address: isAddressed ? undefined : { origin, target: path }, body: isBodied ? undefined : body, hosts },
        failed
      )
      const hooks: FastifyReplyFromHooks = {
        queryString: (search) => search?.slice(1) ?? '',
        ...others as FastifyReplyFromHooks,
        ...others.getUpstream !== undefined && { getUpstream: () => others.getUpstream!(request, origin) },
        method,
        rewriteRequestHeaders (_request, joined) {
          const headers: Headers = { ...core.headers }
          if (isBodied) setOrDelete(headers, 'content-type', joined['content-type'])
          return rewriteRequestHeaders === undefined ? headers : rewriteRequestHeaders(request, headers)
        },
        rewriteHeaders: (headers) => ({
          ...headersToSet(reply, (rewriteHeaders === undefined ? headers : rewriteHeaders(headers as Headers, request)) as Headers),
          'x-krakend-completed': 'false'
        }),
        onResponse (_request, _reply, { statusCode, headers, stream }: any) {
          watchBody(call, reply, stream, failure)
          if (handOver === null) reply.send(stream)
          else handOver(reply, { statusCode, headers, stream }, ends)
        },
        onError (_reply, { error }) { failed(faultOf(call, error)) },
        retryDelay: createRetryDelay(retryDelay as FastifyReplyFromHooks['retryDelay'], call, reply)
      }
      // reply-from would write a Buffer as JSON, and refuse a body with GET: the view has the body, and the address, which reply-from
      // would read as a browser does.
      if (!isBodied) request.body = undefined
      calls.run(call, () => { reply.from(isAddressed ? others.getUpstream === undefined ? origin + path : path : origin, hooks) })
    } catch (error) {
      failed(error)
    }
  }
}

function setOrDelete (headers: Headers, name: string, value: string | undefined): void {
  if (value === undefined) delete headers[name]
  else headers[name] = value
}
