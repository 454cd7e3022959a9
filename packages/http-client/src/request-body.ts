import type { Readable } from 'node:stream'

/** Anything undici takes as the body of a request. */
export type RequestBody = string | Uint8Array | Readable | AsyncIterable<Uint8Array> | FormData | Blob | null | undefined

/** Says whether there is nothing to send, for sure: a stream may turn out to be empty, and counts as a body, as in Go. */
export function isEmptyBody (body: RequestBody): body is '' | null | undefined {
  return body == null || ((typeof body === 'string' || ArrayBuffer.isView(body)) && body.length === 0)
}

/** Says whether a body can be sent a second time as it is. */
export function isReplayable (body: RequestBody): body is string | Uint8Array {
  return typeof body === 'string' || ArrayBuffer.isView(body)
}

/** Says whether a body comes bit by bit, and only once. */
export function isStreamed (body: RequestBody): body is Readable | AsyncIterable<Uint8Array> {
  return body !== null && typeof body === 'object' && !ArrayBuffer.isView(body) && (isReadable(body) || Symbol.asyncIterator in body)
}

/** Reads a whole body. Returns what stops that; then `done` is not called any more. */
export function collectBody (body: Readable | AsyncIterable<Uint8Array>, done: (error: Error | null, body: Buffer) => void): () => void {
  const chunks: Uint8Array[] = []
  let settled = false
  const settle = (error: Error | null): void => {
    if (settled) return
    settled = true
    if (isReadable(body)) body.off('data', onData).off('end', onEnd).off('close', onClose)
    done(error, error === null ? Buffer.concat(chunks) : Buffer.alloc(0))
  }
  const onData = (chunk: Uint8Array | string): void => { chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk) }
  const onEnd = (): void => { settle(null) }
  const onClose = (): void => { settle(new Error('the stream of the request body closed before its end')) }

  // The error listener stays: a stream that fails after that must not end the process.
  if (isReadable(body)) body.on('error', settle).on('data', onData).on('end', onEnd).on('close', onClose)
  else read(body, onData).then(onEnd, settle)
  return () => {
    if (settled) return
    settled = true
    if (isReadable(body)) body.off('data', onData).off('end', onEnd).off('close', onClose).pause()
  }
}

async function read (body: AsyncIterable<Uint8Array>, onData: (chunk: Uint8Array) => void): Promise<void> {
  for await (const chunk of body) onData(chunk)
}

function isReadable (body: object): body is Readable {
  return typeof (body as Readable).pipe === 'function' && typeof (body as Readable).on === 'function'
}
