import type { ServerHttp2Session, ServerHttp2Stream } from 'node:http2'

/** Interval for checking whether a GOAWAY to a slow client has been written, in ms. */
const AGAIN = 50

const last = Symbol('last stream')

interface Guarded extends ServerHttp2Session {
  /** The last stream that a closing session serves. */
  [last]?: number
}

/**
 * Returns whether a stream has ended, or arrived while its session was closing: nghttp2 refuses it once the GOAWAY is
 * written.
 */
export function isRefused ({ id, session, destroyed }: ServerHttp2Stream): boolean {
  if (destroyed) return true
  const served = (session as Guarded | undefined)?.[last]
  return served !== undefined && id! > served
}

/**
 * Closes a session without a moment in which Node uses memory that was freed. While nghttp2 reads, nothing may be sent
 * by it (https://nghttp2.org/documentation/programmers-guide.html). Node 20 does so, at the will of a client
 * (CVE-2026-56848):
 *
 * - A stream that arrives after `close()` and before its GOAWAY is written, such as one after a client's own GOAWAY, is
 *   reset immediately (https://github.com/nodejs/node/issues/64113). Here the GOAWAY is sent first, and Node is
 *   notified of the close when it is written. From then on nghttp2 ignores new streams.
 * - A client's GOAWAY with an error destroys the session, and each stream is reset immediately. Here that is deferred
 *   to the end of the read.
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
