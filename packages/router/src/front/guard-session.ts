import type { ServerHttp2Session, ServerHttp2Stream } from 'node:http2'

/** When to look again whether a GOAWAY is written that the client's slow reading holds up, in ms. */
const AGAIN = 50

const last = Symbol('last stream')

interface Guarded extends ServerHttp2Session {
  /** Of a session that closes: the number of the last stream that is served. */
  [last]?: number
}

/** Whether a stream is over, or came when its session was closing already: nghttp2 refuses it as soon as the GOAWAY is written. */
export function isRefused ({ id, session, destroyed }: ServerHttp2Stream): boolean {
  if (destroyed) return true
  const served = (session as Guarded | undefined)?.[last]
  return served !== undefined && id! > served
}

/**
 * Closes a session without a moment in which Node uses memory that was freed. While nghttp2 reads, nothing may be sent by it
 * (https://nghttp2.org/documentation/programmers-guide.html). Node 20 does so, at the will of a client (CVE-2026-56848):
 *
 * - A stream that comes behind `close()` and before its GOAWAY is written, such as the one behind a client's own GOAWAY, is
 *   reset at once (https://github.com/nodejs/node/issues/64113). Here the GOAWAY goes first, and Node hears of the close when it
 *   is written. From then on nghttp2 itself ignores new streams.
 * - A client's GOAWAY with an error destroys the session, and each stream is reset at once. Here that waits for the end of the read.
 */
export function guardSession (session: ServerHttp2Session): void {
  const { close, destroy } = session
  let isReadingGoaway = false

  session.on('goaway', () => {
    isReadingGoaway = true
    setImmediate(() => { isReadingGoaway = false })
  })

  session.destroy = function destroyOutside (error, code) {
    if (isReadingGoaway) setImmediate(() => { destroy.call(session, error, code) })
    else destroy.call(session, error, code)
  }

  function closeWhenWritten (): void {
    if (session.destroyed) return
    if (session.state.outboundQueueSize === 0) close.call(session)
    else setTimeout(closeWhenWritten, AGAIN).unref()
  }

  session.close = function closeBehindGoaway (callback) {
    const guarded = session as Guarded
    if (session.destroyed || guarded[last] !== undefined) return
    guarded[last] = session.state.lastProcStreamID ?? 0
    if (callback !== undefined) session.once('close', callback)
    session.goaway()
    setImmediate(closeWhenWritten)
  }
}
