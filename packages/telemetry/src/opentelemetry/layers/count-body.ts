import { Http2ServerResponse } from 'node:http2'
import type { FastifyReply } from 'fastify'

// eslint-disable-next-line no-restricted-syntax -- keyed by the response: no request reaches another's count
const counts = new WeakMap<object, { bytes: number }>()

/**
 * Counts what is written of a body whose length is not known before: call it before the first byte.
 */
export function countBody (reply: FastifyReply): void {
  const response = reply.raw
  const count = { bytes: 0 }
  counts.set(response, count)
  const { write, end } = response
  const add = (chunk: unknown, encoding: unknown): void => {
    if (typeof chunk === 'string') count.bytes += Buffer.byteLength(chunk, typeof encoding === 'string' ? encoding as BufferEncoding : 'utf8')
    else if (chunk instanceof Uint8Array) count.bytes += chunk.length
  }
  response.write = function writeCounted (this: typeof response, ...parameters: Parameters<typeof write>) {
    add(parameters[0], parameters[1])
    return write.apply(this, parameters)
  } as typeof write
  // Over HTTP/2 `end` calls `write`; over HTTP/1.1 it writes by itself.
  if (response instanceof Http2ServerResponse) return
  response.end = function endCounted (this: typeof response, ...parameters: Parameters<typeof end>) {
    add(parameters[0], parameters[1])
    return end.apply(this, parameters)
  } as typeof end
}

/** How many bytes were written; null if they were not counted. */
export function countedBytes (reply: FastifyReply): number | null {
  return counts.get(reply.raw)?.bytes ?? null
}
