import { createRequire } from 'node:module'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Headers } from '@floodgate/core'

/** Internal fields of a reply and its route in Fastify 5 (lib/reply.js, lib/context.js). */
interface Symbols {
  readonly kReplyHeaders: symbol
  readonly kReplyTrailers: symbol
  readonly kRouteContext: symbol
}

const symbols = load()
// Constants: a property of an object would be looked up with each request.
const { kReplyHeaders, kReplyTrailers, kRouteContext } = symbols ?? {
  kReplyHeaders: Symbol('none'),
  kReplyTrailers: Symbol('none'),
  kRouteContext: Symbol('none')
}

/**
 * Returns the headers that hooks have set on a reply, to be completed and written directly to Node's response. Null if
 * `reply.send` must be used: there are onSend hooks or trailers, the reply was sent, the connection is HTTP/2, or the
 * app has another version of Fastify.
 */
export function headersToWrite (reply: FastifyReply): Headers | null {
  if (symbols === null) return null
  const own = (reply as unknown as Record<symbol, Headers | undefined>)[kReplyHeaders]
  const { request, raw } = reply
  if (own === undefined || request.raw.httpVersionMajor !== 1 || raw.headersSent || reply.sent) return null
  const context = (request as unknown as Record<symbol, { onSend: readonly unknown[] | null } | undefined>)[kRouteContext]
  if (context === undefined || (context.onSend !== null && !isIdle(context.onSend, request))) return null
  return (reply as unknown as Record<symbol, unknown>)[kReplyTrailers] === null ? own : null
}

/** Number of a route's onSend hooks that do nothing for a request: set on it by the code that added them. */
export const idleOnSend = Symbol('floodgate.idle-on-send')

function isIdle (hooks: readonly unknown[], request: FastifyRequest): boolean {
  return (request as { [idleOnSend]?: number })[idleOnSend] === hooks.length
}

/** Without them every response is sent with `reply.send`, which costs more and has the same effect. */
function load (): Symbols | null {
  try {
    // eslint-disable-next-line no-restricted-syntax -- if they are missing or changed, replies are sent in the documented way
    const found = createRequire(import.meta.url)('fastify/lib/symbols.js') as Partial<Symbols>
    const { kReplyHeaders, kReplyTrailers, kRouteContext } = found
    return kReplyHeaders && kReplyTrailers && kRouteContext ? { kReplyHeaders, kReplyTrailers, kRouteContext } : null
  } catch {
    return null
  }
}
