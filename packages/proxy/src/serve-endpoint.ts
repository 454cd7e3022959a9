import type { FastifyReplyFromHooks } from '@fastify/reply-from'
import type { RouteHandlerMethod } from 'fastify'
import type { Endpoint, Headers } from '@floodgate/core'
import {
  createFailure, createHandOver, guardOverrides, headersToSet, nameOf, notCompleted, overrideFailure, startCall,
  type CreateCoreRequest, type EndpointOverrides, type ErrorAnswerOptions, type Target
} from '@floodgate/engine'
import type { HostGroup } from '@floodgate/http-client'
import { createHooks } from './call.ts'

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
  const { onResponse, onError, ...own } = guardOverrides(overrides, where)
  const failure = createFailure(endpoint, errors)
  const fail = overrideFailure(failure, onError, where)
  const handOver = onResponse === undefined ? undefined : createHandOver(onResponse, where, failure)
  const uses = { address: own.getUpstream !== undefined || own.queryString !== undefined, body: own.body !== undefined }

  return function serveThroughReplyFrom (request, reply) {
    const ends = startCall(reply, endpoint.timeout)
    const failed = (error: unknown): void => { fail(error, reply, ends) }
    try {
      const core = coreRequest(request, request.params as Record<string, string>, ends)
      target(core)
      const { origin, target: path, method } = core
      const hooks = {
        // The client's query is in the path already, as far as the configuration lets it through.
        queryString: (search: string | undefined) => search?.slice(1) ?? '',
        method,
        ...own,
        getUpstream: () => own.getUpstream === undefined ? origin : own.getUpstream(request, origin),
        rewriteRequestHeaders (_request: unknown, joined: Headers) {
          const headers = { ...core.headers, ...uses.body && { 'content-type': joined['content-type'] } }
          return own.rewriteRequestHeaders === undefined ? headers : own.rewriteRequestHeaders(request, headers as Headers)
        },
        rewriteHeaders (theirs: Headers) {
          const headers = own.rewriteHeaders === undefined ? theirs : own.rewriteHeaders(theirs, request)
          return { ...headersToSet(reply, headers), 'x-krakend-completed': notCompleted(headers) }
        },
        onResponse: handOver && ((_request: unknown, _reply: unknown, { statusCode, headers, stream }: any) => {
          handOver(reply, { statusCode, headers, stream }, ends)
        })
      } as unknown as FastifyReplyFromHooks
      // reply-from writes a Buffer as JSON, refuses the body of a GET, and parses the address as a browser does: unless an override
      // asks for its own, the dispatcher sends those of `core`.
      if (!uses.body) request.body = undefined
      reply.from(uses.address ? path : '/', createHooks({ core, reply, hosts, uses, failure, fail: failed }, hooks))
    } catch (error) {
      failed(error)
    }
  }
}
