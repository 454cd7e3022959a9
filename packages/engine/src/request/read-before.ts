import { Readable } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import { Fault, type Body } from '@floodgate/core'

/** Where parsers that read a request before it gets here leave what they read: body-parser, fastify-raw-body and their kind. */
const places = ['rawBody', 'body'] as const

/** Whether somebody has read of a body already, so that it will not come whole, or not at all. */
export function wasRead (body: Readable): boolean {
  return body.readableDidRead || (body.destroyed && !body.readableEnded)
}

/**
 * Gives the body that whoever read it has left: its bytes, or its text. The first of `rawBody` and `body` of Fastify's
 * request and Node's counts.
 *
 * @throws {Fault} 500 when there is nothing of the kind: it will never come, and nobody should wait for it
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
    detail: 'the request body was read before the gateway could pass it on, by a hook or middleware of the host app (body-parser, for one), and its bytes are not there: ' +
      'keep it from the gateway\'s routes, or have it leave the bytes in request.rawBody or request.raw.body'
  })
}
