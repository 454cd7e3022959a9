import type { FastifyReplyFromHooks } from '@fastify/reply-from'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { CoreRequest, Fault, headerLines, type Endpoint, type Service } from '@floodgate/core'
import {
  createFailure, findEndpoints, hasBody, isGone, nameOf, nameSome, startCall, type Failure, type FloodgateEntry, type Floodgates, type Hosts
} from '@floodgate/engine'
import { createHooks, type ReplyFromCall } from './call.ts'
import { createDispatcher, type Requestable } from './dispatcher.ts'
import {
  FG_ERR_PROXY_BAD_GATEWAY, FG_ERR_PROXY_GATEWAY_TIMEOUT, FG_ERR_PROXY_NOT_REGISTERED, FG_ERR_PROXY_UNKNOWN_ENDPOINT
} from './errors.ts'
import { parseReplyFromOptions, type ReplyFromBackendOptions } from './options.ts'

/**
 * Registers `@fastify/reply-from` in a scope, for a backend of a configuration that this app serves, by `@floodgate/proxy` or by
 * `@floodgate/gateway`: its host and its client settings. Sources are paths below the host. A call ends with its timeout and
 * when the client leaves, and nothing is sent twice unless `retryDelay` asks for it.
 *
 * @throws {FG_ERR_PROXY_OPTIONS} options that do not fit
 * @throws {FG_ERR_PROXY_NOT_REGISTERED} before `@floodgate/proxy` or `@floodgate/gateway`
 * @throws {FG_ERR_GATEWAY_UNKNOWN} no configuration has this name
 * @throws {FG_ERR_PROXY_UNKNOWN_ENDPOINT} the configuration has no such endpoint or backend
 * @example
 * app.register(async (scope) => {
 *   await scope.register(replyFromBackend, { endpoint: '/users' })
 *   scope.get('/me', (request, reply) => reply.from(`/users/${request.user.id}`))
 * })
 */
const plugin: FastifyPluginAsync<ReplyFromBackendOptions> = async function replyFromBackend (scope, given) {
  const options = parseReplyFromOptions(given)
  const floodgates = scope.floodgate as Floodgates | undefined
  if (floodgates === undefined) throw new FG_ERR_PROXY_NOT_REGISTERED()
  const entry = floodgates.get(options.gateway)
  let used = findBackend(entry, options)
  // The configuration of a `reloadable` gateway may have been replaced.
  const current = (): UsedBackend => {
    if (used.model !== entry.model) used = findBackend(entry, options)
    return used
  }

  await scope.register(import('@fastify/reply-from'), {
    undici: { request: (...call: Parameters<UsedBackend['request']>) => used.request(...call) } as Requestable,
    disableRequestLogging: true
  })
  scope.addHook('onRequest', (request, reply, done) => {
    const from = reply.from
    reply.from = function fromBackend (source, hooks = {}) {
      const { timeout, balance, group, failure } = current()
      const core = new CoreRequest(request, startCall(reply, timeout), request.method, {}, {}, null, bodyOutsideFastify(request))
      balance(core)
      const { origin, headers: { authorization } } = core // the latter is that of the host's own address, if it has one
      const call: ReplyFromCall = {
        core,
        reply,
        hosts: group,
        uses: { address: true, body: core.body === null },
        failure,
        fail (error) {
          if (isGone(core.call)) reply.hijack()
          else reply.send(toAnswer(error))
        }
      }
      const own: FastifyReplyFromHooks = {
        ...hooks,
        getUpstream: (request) => hooks.getUpstream === undefined ? origin : hooks.getUpstream(request, origin),
        rewriteRequestHeaders (same, joined) {
          const headers = withLines(request, joined)
          const rewritten = hooks.rewriteRequestHeaders === undefined ? headers : hooks.rewriteRequestHeaders(same, headers)
          return authorization === undefined ? rewritten : { authorization: String(authorization), ...rewritten }
        }
      }
      return from.call(this, source, createHooks(call, own))
    }
    done()
  })
}

export const replyFromBackend = fp(plugin, { name: '@floodgate/proxy/reply-from-backend', fastify: '5.x' })

/** A backend of the configuration that is in use. */
interface UsedBackend extends Pick<Hosts, 'balance' | 'group'> {
  readonly model: Service
  readonly timeout: number
  readonly request: Requestable['request']
  readonly failure: Failure
}

function findBackend (entry: FloodgateEntry, options: ReplyFromBackendOptions): UsedBackend {
  const [endpoint] = findEndpoints(entry.endpoints, options.endpoint)
  if (endpoint === undefined) {
    throw new FG_ERR_PROXY_UNKNOWN_ENDPOINT(`endpoint ${JSON.stringify(options.endpoint)}`, nameSome(entry.endpoints))
  }
  const { backend: position = 0, timeout = endpoint.timeout } = options
  const backend = endpoint.backends[position]
  if (backend === undefined) {
    throw new FG_ERR_PROXY_UNKNOWN_ENDPOINT(`backend ${position} at ${nameOf(endpoint)}`, `${endpoint.backends.length}, counted from 0`)
  }
  const { balance, group } = entry.hostsFor(backend)
  return {
    model: entry.model,
    timeout,
    request: createDispatcher(entry.clientFor(backend)).request,
    balance,
    group,
    failure: createFailure({ ...endpoint, backends: [backend] } as Endpoint, {})
  }
}

/** The body that Fastify does not read: that of a GET. */
function bodyOutsideFastify ({ method, body, raw }: FastifyRequest): FastifyRequest['raw'] | null {
  return (method === 'GET' || method === 'HEAD') && body === undefined && hasBody(raw) ? raw : null
}

/** reply-from has the lines of one name as Node joins them. */
function withLines <Joined extends object> (request: FastifyRequest, joined: Joined): Joined {
  const headers = { ...joined } as Record<string, unknown>
  const lines = headerLines(request)
  for (const name in lines) if (Array.isArray(lines[name]) && headers[name] === request.headers[name]) headers[name] = lines[name]
  return headers as Joined
}

function toAnswer (error: unknown): unknown {
  if (!(error instanceof Fault)) return error
  return error.kind === 'deadline'
    ? new FG_ERR_PROXY_GATEWAY_TIMEOUT(error.message, { cause: error })
    : new FG_ERR_PROXY_BAD_GATEWAY(error.message, { cause: error })
}
