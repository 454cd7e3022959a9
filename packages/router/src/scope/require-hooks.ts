import type { FastifyRequest, onRequestHookHandler, preHandlerHookHandler, RouteHandlerMethod } from 'fastify'
import { hooksSkipped } from '../errors.ts'

const passed = Symbol('floodgate.hooks')

interface Marked { [passed]?: number }

interface Hooks {
  readonly onRequest: readonly onRequestHookHandler[]
  readonly preHandler: readonly preHandlerHookHandler[]
  readonly handler: RouteHandlerMethod
}

/**
 * Makes a route refuse requests whose hooks did not all run: to Fastify a hook that throws null or undefined has not
 * failed, and the hooks behind it, which may protect the route, are left out.
 *
 * @param route its description, for the error
 */
export function requireHooks (route: string, { onRequest, preHandler, handler }: Hooks): {
  onRequest: onRequestHookHandler[]
  preHandler: preHandlerHookHandler[]
  handler: RouteHandlerMethod
} {
  const last = preHandler.length > 0 ? 2 : 1
  return {
    onRequest: [...onRequest, markRequest],
    preHandler: preHandler.length > 0 ? [...preHandler, markHandler] : [],
    handler: function handleMarked (request, reply) {
      if (markOf(request)[passed] !== last) throw hooksSkipped(route)
      return handler.call(this, request, reply)
    }
  }
}

const markRequest: onRequestHookHandler = function markRequest (request, _reply, done) {
  markOf(request)[passed] = 1
  done()
}

const markHandler: preHandlerHookHandler = function markHandler (request, _reply, done) {
  const mark = markOf(request)
  // Only behind the hooks before it.
  if (mark[passed] === 1) mark[passed] = 2
  done()
}

function markOf (request: FastifyRequest): Marked {
  return request.raw as unknown as Marked
}
