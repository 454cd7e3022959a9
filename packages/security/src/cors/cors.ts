import type { FastifyReply, FastifyRequest, onRequestHookHandler, onSendHookHandler } from 'fastify'
import { answerEarly, firstHeaderLine } from '@floodgate/core'
import { parseDuration } from '@floodgate/go/duration'
import { canonicalName } from '@floodgate/go/header'
import { prepareHeaders } from './match-headers.ts'
import { prepareOrigins } from './match-origin.ts'
import type { CorsSettings } from './settings.ts'

export interface Cors {
  /** Answers preflight requests before routing; undefined if they are passed through. */
  onRequest?: onRequestHookHandler
  /** Sets the headers last, so that they replace a backend's own. */
  onSend: onSendHookHandler
}

const simpleMethods = ['GET', 'POST', 'HEAD']

/**
 * Creates the hooks for Cross-Origin Resource Sharing, with the rules of the library that the reference uses (rs/cors):
 * a refused request is served, but without the headers that let a browser show the response.
 */
export function createCors (settings: CorsSettings): Cors {
  const {
    allow_credentials: credentials = false,
    allow_private_network: privateNetwork = false,
    options_passthrough: passThrough = false,
    debug = false
  } = settings
  const matchOrigin = prepareOrigins(orAll(settings.allow_origins))
  const matchHeaders = prepareHeaders(orAll(settings.allow_headers))
  const methods = new Set(settings.allow_methods?.length ? settings.allow_methods : simpleMethods)
  const exposed = (settings.expose_headers ?? []).map(canonicalName).join(', ')
  const status = settings.options_success_status || 204
  const maxAge = maxAgeOf(settings.max_age)
  const preflightVary = `Origin, Access-Control-Request-Method, Access-Control-Request-Headers${privateNetwork ? ', Access-Control-Request-Private-Network' : ''}`

  return {
    ...(!passThrough && { onRequest: answerPreflight }),
    onSend: setCorsHeaders
  }

  function answerPreflight (request: FastifyRequest, reply: FastifyReply, done: () => void): void {
    if (isPreflight(request)) answerEarly(request, reply, status)
    else done()
  }

  function setCorsHeaders (
    request: FastifyRequest,
    reply: FastifyReply,
    payload: unknown,
    done: (error: null, payload: unknown) => void
  ): void {
    const refusal = isPreflight(request) ? allowPreflight(request, reply) : allowRequest(request, reply)
    if (debug) request.log.debug({ origin: request.headers.origin, cors: refusal ?? 'allowed' }, 'security/cors')
    done(null, payload)
  }

  /** Returns the reason for refusing. */
  function allowPreflight (request: FastifyRequest, reply: FastifyReply): string | null {
    vary(reply, preflightVary)
    const origin = firstHeaderLine(request, 'origin')
    const method = firstHeaderLine(request, 'access-control-request-method')!
    // All lines of the header are checked.
    const names = request.headers['access-control-request-headers']
    const refusal = refuse(origin, method)
    if (refusal !== null) return refusal
    if (names !== undefined && matchHeaders !== null && !matchHeaders(names)) return 'header not allowed'
    allow(reply, origin!)
    reply.header('access-control-allow-methods', method)
    if (names) reply.header('access-control-allow-headers', names)
    if (privateNetwork && firstHeaderLine(request, 'access-control-request-private-network') === 'true') {
      reply.header('access-control-allow-private-network', 'true')
    }
    if (maxAge !== null) reply.header('access-control-max-age', maxAge)
    return null
  }

  function allowRequest (request: FastifyRequest, reply: FastifyReply): string | null {
    vary(reply, 'Origin')
    const origin = firstHeaderLine(request, 'origin')
    const refusal = refuse(origin, request.method)
    if (refusal !== null) return refusal
    allow(reply, origin!)
    if (exposed !== '') reply.header('access-control-expose-headers', exposed)
    return null
  }

  function refuse (origin: string | undefined, method: string): string | null {
    if (!origin) return 'no origin'
    if (matchOrigin !== null && !matchOrigin(origin)) return 'origin not allowed'
    return method === 'OPTIONS' || methods.has(method) ? null : 'method not allowed'
  }

  function allow (reply: FastifyReply, origin: string): void {
    reply.header('access-control-allow-origin', matchOrigin === null ? '*' : origin)
    if (credentials) reply.header('access-control-allow-credentials', 'true')
  }
}

function isPreflight (request: FastifyRequest): boolean {
  return request.method === 'OPTIONS' && Boolean(request.headers['access-control-request-method'])
}

/** Appends to the value that a backend or a cache in front of it has set. */
function vary (reply: FastifyReply, names: string): void {
  const before = reply.getHeader('vary')
  reply.header('vary', before === undefined ? names : `${Array.isArray(before) ? before.join(', ') : before}, ${names}`)
}

/** An empty list counts as missing: the reference's module replaces it by `*`. */
function orAll (list: readonly string[] | undefined): readonly string[] {
  return list?.length ? list : ['*']
}

function maxAgeOf (duration: string | undefined): string | null {
  const seconds = Math.trunc((duration === undefined ? 0 : parseDuration(duration) ?? 0) / 1000)
  return seconds === 0 ? null : String(Math.max(0, seconds))
}
