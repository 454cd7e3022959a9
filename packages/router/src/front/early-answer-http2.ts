import { constants, type Http2ServerRequest, type Http2Session, type ServerHttp2Stream } from 'node:http2'
import type { IncomingMessage } from 'node:http'
import { abandon, LINGER_TIME } from './early-answer.ts'

/** Streams that are ended once their client has received the data written before. */
// eslint-disable-next-line no-restricted-syntax -- by session: none can reach another's
const closing = new WeakMap<Http2Session, ServerHttp2Stream[]>()

/**
 * The same as `awaitEarlyAnswer` for a request of HTTP/2: after an early response its stream is closed without an
 * error, which asks the client to stop sending (RFC 9113, section 8.1). Otherwise a stream whose body is partly read
 * would stay open forever; closing it immediately would lose the response. So a ping is sent in between.
 */
export function awaitEarlyAnswerHttp2 (request: Http2ServerRequest): void {
  const { stream } = request
  stream.once('end', destroyWhenReset)
  if (stream.endAfterHeaders) return
  stream.once('finish', () => {
    if (stream.readableEnded || stream.destroyed) return
    abandon(request as unknown as IncomingMessage)
    closeAfterPing(stream)
  })
}

/**
 * Ends a stream that its client has reset without an error (code 0) while its answer was being written: Node closes it
 * (the event `end`), waits for the rest to be written, which never happens, and never emits `close`. A response that is
 * still being sent is in the same state until the client has received it.
 */
function destroyWhenReset (this: ServerHttp2Stream): void {
  if (this.closed && !this.writableFinished) setImmediate(destroyUnfinished, this)
}

function destroyUnfinished (stream: ServerHttp2Stream): void {
  if (!stream.destroyed && !stream.writableFinished) closeAfterPing(stream)
}

function closeAfterPing (stream: ServerHttp2Stream): void {
  const { session } = stream
  if (session === undefined || session.destroyed) return
  const waiting = closing.get(session)
  if (waiting !== undefined) { waiting.push(stream); return }
  closing.set(session, [stream])
  ping(session)
}

/** One ping at a time: Node refuses more than ten. */
function ping (session: Http2Session): void {
  const streams = closing.get(session)!
  closing.set(session, [])
  const timer = setTimeout(answered, LINGER_TIME).unref()
  let over = false
  function answered (): void {
    if (over) return
    over = true
    clearTimeout(timer)
    // The answer to a ping arrives while nghttp2 reads: no stream may be reset then (see `guardSession`).
    setImmediate(goOn)
  }
  function goOn (): void {
    for (const stream of streams) close(stream)
    if (session.destroyed || closing.get(session)!.length === 0) closing.delete(session)
    else ping(session)
  }
  try {
    if (!session.ping(answered)) answered()
  } catch {
    answered()
  }
}

function close (stream: ServerHttp2Stream): void {
  if (stream.destroyed) return
  if (stream.closed) { stream.destroy(); return }
  stream.close(constants.NGHTTP2_NO_ERROR)
  // A paused stream with unread bytes never ends.
  stream.removeAllListeners('data').resume()
}
