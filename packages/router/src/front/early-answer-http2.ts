import { constants, type Http2ServerRequest, type Http2Session, type ServerHttp2Stream } from 'node:http2'
import type { IncomingMessage } from 'node:http'
import { abandon, LINGER_TIME } from './early-answer.ts'

/** Streams that are ended when their session's client has seen what was written before. */
// eslint-disable-next-line no-restricted-syntax -- by session: none can reach another's
const closing = new WeakMap<Http2Session, ServerHttp2Stream[]>()

/**
 * The same as `awaitEarlyAnswer` for a request of HTTP/2: after an early answer its stream is closed without an error,
 * which tells the client to stop sending (RFC 9113, section 8.1). Left alone, a stream whose body somebody has begun to
 * read stays open for ever; closed at once, it takes the answer with it. So a ping goes in between.
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
 * (the event `end`), waits for the rest to be written, which never happens, and never says `close`. The same state of
 * an answer that is still on its way lasts until the client has it.
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
    // The answer to a ping comes while nghttp2 reads: nothing may be reset then (see `guardSession`).
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
  // One that is paused with bytes unread is never over.
  stream.removeAllListeners('data').resume()
}
