import { createRequire } from 'node:module'
import type { FastifyReply } from 'fastify'
import type { Headers } from '@floodgate/core'

/** What Fastify 5 keeps of a reply, and of its route (lib/reply.js, lib/context.js). */
interface Symbols {
  readonly kReplyHeaders: symbol
  readonly kReplyTrailers: symbol
  readonly kRouteContext: symbol
}

const symbols = load()
// A property of an object is looked up with each request, a constant is not.
const { kReplyHeaders, kReplyTrailers, kRouteContext } = symbols ?? { kReplyHeaders: Symbol('none'), kReplyTrailers: Symbol('none'), kRouteContext: Symbol('none') }

/**
 * Finds the headers that hooks have set on a reply, to be completed and written by hand: for a reply that nobody but
 * Node's response stands behind. Null where `reply.send` has to send: there are onSend hooks or trailers, somebody has
 * answered, the connection is one of HTTP/2, or the app's Fastify is another one than ours.
 */
export function headersToWrite (reply: FastifyReply): Headers | null {
  if (symbols === null) return null
  const own = (reply as unknown as Record<symbol, Headers | undefined>)[kReplyHeaders]
  const { request, raw } = reply
  if (own === undefined || request.raw.httpVersionMajor !== 1 || raw.headersSent || reply.sent) return null
  const context = (request as unknown as Record<symbol, { onSend: unknown } | undefined>)[kRouteContext]
  if (context === undefined || context.onSend !== null) return null
  return (reply as unknown as Record<symbol, unknown>)[kReplyTrailers] === null ? own : null
}

/** Without them every answer goes through `reply.send`, which costs more and does the same. */
function load (): Symbols | null {
  try {
    // eslint-disable-next-line no-restricted-syntax -- absent or changed, replies are sent in the documented way
    const found = createRequire(import.meta.url)('fastify/lib/symbols.js') as Partial<Symbols>
    const { kReplyHeaders, kReplyTrailers, kRouteContext } = found
    return kReplyHeaders && kReplyTrailers && kRouteContext ? { kReplyHeaders, kReplyTrailers, kRouteContext } : null
  } catch {
    return null
  }
}
