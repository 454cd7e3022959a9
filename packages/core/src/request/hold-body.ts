import { Readable } from 'node:stream'
import { Fault } from '../faults/errors.ts'
import type { CoreRequest } from './request.ts'

/**
 * Reads the whole client body into `request.body` (null for an empty one), for uses that cannot work with a stream:
 * several backends, a change of the request, a check of the body. Returns null if there is nothing to read, so that
 * callers need not wait.
 *
 * A body of more than `request.maxHeldBody` bytes ends the call, with 413 for the client regardless of the step's
 * result: immediately if the client states the length, otherwise when the limit is exceeded. The rest of the body is
 * read and discarded.
 *
 * @param broken creates the fault for a body that ends early with another error
 */
export function holdBody (request: CoreRequest, broken: (cause: unknown) => Fault): Promise<void> | null {
  const { body, maxHeldBody } = request
  if (!(body instanceof Readable)) return null
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = []
    let room = maxHeldBody
    const fail = (cause: unknown): void => { reject(cause instanceof Fault ? cause : broken(cause)) }
    const refuse = (): void => {
      chunks = []
      const fault = payloadTooLarge(maxHeldBody, 'floodgate.max_request_body')
      request.call.cancel(fault)
      reject(fault)
    }
    // First of all, because a body may fail before it is read.
    body.on('error', fail)
    if (statedLength(request) > maxHeldBody) { refuse(); body.resume(); return }
    body.on('data', (chunk: Buffer) => {
      if (room < 0) return
      room -= chunk.length
      if (room < 0) refuse()
      else chunks.push(chunk)
    })
    body.on('end', () => {
      if (room < 0) return
      request.body = chunks.length === 0 ? null : chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)
      resolve()
    })
    body.on('close', () => { if (!body.readableEnded) fail(body.errored) })
  })
}

/** The fault for a body that is larger than a setting allows. */
export function payloadTooLarge (bytes: number, setting: string): Fault {
  return new Fault('request', 'FG_ERR_PAYLOAD_TOO_LARGE', 'the request body is too large', {
    status: 413,
    detail: `the request body has more than the ${bytes} bytes that ${setting} allows`
  })
}

/** Returns the length stated by the client if its body is the one that is read; otherwise 0. */
function statedLength ({ body, incoming }: CoreRequest): number {
  return body === incoming.raw as unknown ? Number(incoming.raw.headers['content-length'] ?? 0) : 0
}
