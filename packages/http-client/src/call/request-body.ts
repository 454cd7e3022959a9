import { IncomingMessage } from 'node:http'
import { PassThrough, pipeline, Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'

/** Anything undici takes as the body of a request. */
export type RequestBody = string | Uint8Array | Readable | AsyncIterable<Uint8Array> | FormData | Blob | null | undefined

/** A body as a connection sends it: as bytes, as a stream, or not at all. */
export interface ReadyBody {
  readonly bytes: Buffer | null
  readonly stream: Readable | null
  /** -1 = not known. */
  readonly length: number
  /** Content type that the body itself has; null = none. */
  readonly type: string | null
}

const noBody: ReadyBody = Object.freeze({ bytes: null, stream: null, length: 0, type: null })

/**
 * Prepares a body for sending.
 *
 * @throws a TypeError if it is not a valid body
 */
export function readyBody (body: RequestBody): ReadyBody {
  if (body === null || body === undefined || body === '') return noBody
  if (Buffer.isBuffer(body)) return ofBytes(body)
  if (typeof body === 'string') return ofBytes(Buffer.from(body))
  if (ArrayBuffer.isView(body)) return ofBytes(Buffer.from(body.buffer, body.byteOffset, body.byteLength))
  if (body as unknown instanceof ArrayBuffer) return ofBytes(Buffer.from(body as unknown as ArrayBuffer))
  if (isReadable(body)) return ofStream(body)
  if (isBlobLike(body)) {
    if (body.size === 0) return { ...noBody, type: body.type || null }
    return { bytes: null, stream: Readable.fromWeb(body.stream() as ReadableStream), length: body.size, type: body.type || null }
  }
  if (isFormDataLike(body)) {
    const response = new Response(body)
    return {
      bytes: null,
      stream: Readable.fromWeb(response.body as ReadableStream),
      length: -1,
      type: response.headers.get('content-type')
    }
  }
  if (typeof body === 'object' && (Symbol.asyncIterator in body || Symbol.iterator in body)) {
    return ofStream(Readable.from(body as AsyncIterable<Uint8Array>, { objectMode: false }))
  }
  throw new TypeError('its body has an unsupported type')
}

function ofBytes (bytes: Buffer): ReadyBody {
  return bytes.length === 0 ? noBody : { bytes, stream: null, length: bytes.length, type: null }
}

/** The length of a stream that has ended is known before it is read. */
function ofStream (stream: Readable): ReadyBody {
  if (!stream.readableObjectMode && !stream.destroyed) stream.read?.(0)
  const state = (stream as { _readableState?: { ended?: boolean, objectMode?: boolean, length?: number } })._readableState
  const isKnown = state?.ended === true &&
    state.objectMode === false &&
    Number.isFinite(state.length) &&
    !stream.readableEnded &&
    !stream.errored
  return { bytes: null, stream, length: isKnown ? state.length! : -1, type: null }
}

function isBlobLike (body: object): body is Blob {
  return typeof (body as Blob).stream === 'function' &&
    typeof (body as Blob).arrayBuffer === 'function' &&
    typeof (body as Blob).size === 'number'
}

function isFormDataLike (body: object): body is FormData {
  return typeof (body as FormData).append === 'function' &&
    typeof (body as FormData).getAll === 'function' &&
    (body as { [Symbol.toStringTag]?: string })[Symbol.toStringTag] === 'FormData'
}

/** Returns whether there is nothing to send, for sure: a stream may turn out to be empty, and counts as a body, as in Go. */
export function isEmptyBody (body: RequestBody): body is '' | null | undefined {
  return body == null || ((typeof body === 'string' || ArrayBuffer.isView(body)) && body.length === 0)
}

/** Returns whether a body can be sent a second time as it is. */
export function isReplayable (body: RequestBody): body is string | Uint8Array {
  return typeof body === 'string' || ArrayBuffer.isView(body)
}

/** Returns whether a body comes bit by bit, and only once. */
export function isStreamed (body: RequestBody): body is Readable | AsyncIterable<Uint8Array> {
  return body !== null && typeof body === 'object' && !ArrayBuffer.isView(body) && (isReadable(body) || Symbol.asyncIterator in body)
}

/** How many bytes of a streamed body are held, so that it can be sent again to the target of a redirect. */
export const maxRepeatedBody = 8 * 1024 * 1024

/**
 * Reads a whole body, up to {@link maxRepeatedBody}. `done` gets its bytes; or, of a longer one, a stream that begins
 * with what was read. Returns what stops that; then `done` is not called any more.
 */
export function collectBody (body: Readable, done: (error: Error | null, body: Buffer | Readable) => void): () => void {
  const chunks: Uint8Array[] = []
  let bytes = 0
  let settled = false
  const leave = (): void => {
    settled = true
    body.off('data', onData).off('end', onEnd).off('close', onClose)
  }
  const fail = (error: Error): void => {
    if (settled) return
    leave()
    done(error, body)
  }
  const onData = (chunk: Uint8Array | string): void => {
    const read = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
    chunks.push(read)
    bytes += read.length
    if (bytes <= maxRepeatedBody) return
    leave()
    body.pause()
    body.unshift(Buffer.concat(chunks))
    done(null, body)
  }
  const onEnd = (): void => {
    leave()
    done(null, Buffer.concat(chunks))
  }
  const onClose = (): void => { fail(new Error('the stream of the request body closed before its end')) }

  // The error listener stays: a stream that fails after that must not end the process.
  body.on('error', fail).on('data', onData).on('end', onEnd).on('close', onClose)
  return () => {
    if (settled) return
    leave()
    body.pause()
  }
}

/** A body that comes bit by bit, as a stream that what was read of it can be put back into. */
export function toReadable (body: Readable | AsyncIterable<Uint8Array>): Readable {
  if (!isReadable(body)) return Readable.from(body, { objectMode: false })
  return typeof body.unshift === 'function' ? body : pipeline(body, new PassThrough(), () => {})
}

/** Listens for a stream's failure from the beginning, even while it is not read. */
export function watchBody (body: Readable | AsyncIterable<Uint8Array>, onError: (error: Error) => void): void {
  if (!isReadable(body)) return
  if (body.errored) queueMicrotask(() => { onError(body.errored!) })
  else body.on('error', onError)
}

/** Ends a stream that will not be read. A server's request is left alone: its connection still carries the answer. */
export function dropBody (body: RequestBody): void {
  if (isStreamed(body) && !(body instanceof IncomingMessage)) (body as { destroy?: () => void }).destroy?.()
}

function isReadable (body: object): body is Readable {
  return typeof (body as Readable).pipe === 'function' && typeof (body as Readable).on === 'function'
}
