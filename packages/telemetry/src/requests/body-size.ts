import { Http2ServerResponse } from 'node:http2'
import type { Readable } from 'node:stream'
import type { PassedBody, StepResponse } from '@floodgate/core'
import type { RequestRecord } from './request-record.ts'

/** Makes the size of a streamed body known, which may end before its Content-Length; does nothing for others. */
export function countStream ({ body, headers }: StepResponse, record: RequestRecord): void {
  if (record.written >= 0 || body === null || Buffer.isBuffer(body)) return
  if (headers['content-length'] !== undefined && knowsPassed(body)) record.passed = body
  else countBody(record)
}

/** Bytes of the body that was sent: those that were counted, those that were passed on, or its Content-Length. */
export function bodyBytes ({ reply, written, passed }: RequestRecord): number {
  if (written >= 0) return written
  // -1: a hook of the host sends something else.
  if (passed !== null && passed.passedBytes >= 0) return passed.passedBytes
  // Not of Node's response, which has none where the engine writes it directly.
  const length = reply.request.method === 'HEAD' ? 0 : Number(reply.getHeader('content-length') ?? 0)
  // A hook of the host may write anything there: sums must stay numbers.
  return length >= 0 ? length : 0
}

function knowsPassed (body: Readable): body is PassedBody {
  return 'passedBytes' in body
}

/** Counts what is written from now on. */
function countBody (record: RequestRecord): void {
  const response = record.reply.raw
  record.written = 0
  const { write, end } = response
  const add = (chunk: unknown, encoding: unknown): void => {
    if (typeof chunk === 'string') {
      record.written += Buffer.byteLength(chunk, typeof encoding === 'string' ? encoding as BufferEncoding : 'utf8')
    } else if (chunk instanceof Uint8Array) record.written += chunk.length
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
