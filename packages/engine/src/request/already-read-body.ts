import { Readable } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import { Fault, type Body } from '@floodgate/core'

/** Places where parsers such as body-parser and fastify-raw-body store a body that they have read. */
const places = ['rawBody', 'body'] as const

/** Returns whether a body was already read, partly or completely. */
export function wasRead (body: Readable): boolean {
  return body.readableDidRead || (body.destroyed && !body.readableEnded)
}

/**
 * Returns the body that its reader has stored: its bytes, or its text. The first of `rawBody` and `body` of Fastify's
 * request and Node's is used.
 *
 * @throws {Fault} 500 if there is none: the body will never arrive, so waiting is useless
 */
export function leftBody (request: FastifyRequest): Body {
  for (const holder of [request, request.raw] as unknown as Record<string, unknown>[]) {
    for (const place of places) {
      const left = holder[place]
      if (Buffer.isBuffer(left)) return left.length === 0 ? null : left
      if (left instanceof Uint8Array) return Buffer.from(left)
      if (typeof left === 'string') return left === '' ? null : Buffer.from(left)
    }
  }
  throw new Fault('request', 'FG_ERR_PROXY_BODY_READ', 'internal error', {
    detail: 'the request body was read by a hook or middleware of the host app (such as body-parser) before the gateway could pass it on, and its bytes were not kept: ' +
      'exclude the gateway\'s routes from it, or let it store the bytes in request.rawBody or request.raw.body'
  })
}
