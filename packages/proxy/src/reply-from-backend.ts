import type { FastifyReplyFromHooks } from '@fastify/reply-from'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { CoreRequest, Fault, headerLines, type Endpoint } from '@floodgate/core'
import { createBalancer } from '@floodgate/engine'
import { hasBody } from '@floodgate/engine'
import type { FloodgateProxy } from './decorator.ts'
import { FG_ERR_PROXY_BAD_GATEWAY, FG_ERR_PROXY_GATEWAY_TIMEOUT, FG_ERR_PROXY_NOT_REGISTERED } from './errors.ts'
import { createFailure, type Failure } from '@floodgate/engine'
import { findBackend, findEndpoints } from './find-endpoint.ts'
import { callKey, createRequestable, type ReplyFromCall } from './requestable.ts'
import { isGone, startCall } from '@floodgate/engine'

export interface ReplyFromBackendOptions {
  /** Endpoint of the configuration whose backend is called: `GET /path`, or `/path`. */
  endpoint: string
  /** Position of the backend in the endpoint, from 0. Default 0. */
  backend?: number
  /** ms until a call ends, body included; 0 = no limit. Default: the endpoint's `timeout`. */
  timeout?: number
}

/**
 * Gives the routes of a scope a `reply.from()` that goes to a backend of the configuration, with its client settings:
 * register it where `@fastify/reply-from` would be. Sources are paths below the backend's host. A client that goes away
 * ends the call, and nothing is sent twice.
 *
 * @throws {FG_ERR_PROXY_NOT_REGISTERED} before `@floodgate/proxy`
 * @throws {FG_ERR_PROXY_UNKNOWN_ENDPOINT} the configuration has no such endpoint or backend
 * @example
 * app.register(async (scope) => {
 *   await scope.register(replyFromBackend, { endpoint: '/users' })
 *   scope.get('/me', (request, reply) => reply.from(`/users/${request.user.id}`))
 * })
 */
const plugin: FastifyPluginAsync<ReplyFromBackendOptions> = async function replyFromBackend (scope, options) {
  const proxy = scope.floodgateProxy as FloodgateProxy | undefined
  if (proxy === undefined) throw new FG_ERR_PROXY_NOT_REGISTERED()
  const [endpoint] = findEndpoints(proxy.model, options.endpoint)
  const backend = findBackend(endpoint, options.backend ?? 0)
  const { timeout = endpoint.timeout } = options
  const exchange = proxy.exchangeFor(backend)
  const balance = createBalancer(backend, proxy.directory)
  const fail = createFailure({ ...endpoint, backends: [backend] } as Endpoint, {})

  // No base: it would win over the host that is chosen for each call.
  await scope.register(import('@fastify/reply-from'), { undici: createRequestable(), retryMethods: [], disableRequestLogging: true })

  scope.addHook('onRequest', (request, reply, done) => {
    const from = reply.from
    reply.from = function fromBackend (source, hooks = {}) {
      const core = new CoreRequest(request, startCall(reply, timeout), hooks.method ?? request.method, {}, {}, null, bodyOutsideFastify(request))
      balance(core)
      const call: ReplyFromCall = { core, exchange, addressed: true, bodied: core.body === null, streams: true, status: 0, body: null }
      return from.call(this, source, withCall(call, hooks, fail))
    }
    done()
  })
}

export const replyFromBackend = fp(plugin, { name: '@floodgate/proxy/reply-from-backend', fastify: '5.x' })

/** Puts a call among the options of one `reply.from()`, whatever else they are. */
function withCall (call: ReplyFromCall, hooks: FastifyReplyFromHooks, fail: Failure): FastifyReplyFromHooks {
  const { core } = call
  return {
    ...hooks,
    getUpstream: (request) => hooks.getUpstream === undefined ? core.origin : hooks.getUpstream(request, core.origin),
    rewriteRequestHeaders (request, joined) {
      const headers = { ...joined } as typeof joined
      const lines = headerLines(request as unknown as FastifyRequest)
      // reply-from has them as Node joins them.
      for (const name in lines) if (Array.isArray(lines[name]) && headers[name] === request.headers[name]) headers[name] = lines[name]
      const rewritten = hooks.rewriteRequestHeaders === undefined ? headers : hooks.rewriteRequestHeaders(request, headers)
      const { authorization } = core.headers // that of the host's own address, if it has one
      return { ...authorization !== undefined && { authorization: String(authorization) }, ...rewritten, [callKey]: call }
    },
    onResponse (request, reply, response) {
      fail.watch(response.stream, reply as unknown as FastifyReply)
      if (hooks.onResponse !== undefined) hooks.onResponse(request, reply, response)
      else reply.send(response.stream)
    },
    onError (reply, { error }) {
      const fault = error.cause
      if (isGone(core.call)) reply.hijack()
      else if (hooks.onError !== undefined) hooks.onError(reply, { error })
      else if (!(fault instanceof Fault)) reply.send(error)
      else if (fault.kind === 'deadline') reply.send(new FG_ERR_PROXY_GATEWAY_TIMEOUT(fault.message, { cause: fault }))
      else reply.send(new FG_ERR_PROXY_BAD_GATEWAY(fault.message, { cause: fault }))
    }
  }
}

/** The body that Fastify does not look for: a GET's. */
function bodyOutsideFastify (request: FastifyRequest): CoreRequest['body'] {
  const { method, body, raw } = request
  return (method === 'GET' || method === 'HEAD') && body === undefined && hasBody(raw) ? raw : null
}
