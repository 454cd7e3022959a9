import type { Http2SecureServer, Http2Server, Http2Session } from 'node:http2'

/** How often the sessions of a server are looked at, in ms. */
export const LOOK = 3_000
/** Looks without a byte after which a session ends: without and with streams. The answer to a ping of a slow client waits behind data. */
const PATIENCE = 1
const PATIENCE_WITH_STREAMS = 40

/**
 * Destroys sessions whose client says nothing, not even to a ping (RFC 9113, section 6.7): after an error that nghttp2
 * answers itself Node reads no more, tells nobody, and would keep the socket for ever. One timer for all sessions of a
 * server, and only while it has some.
 */
export function endDeadSessions (server: Http2Server | Http2SecureServer, interval = LOOK): void {
  const sessions = new Map<Http2Session, { read: number, silent: number, streams: number }>()
  let timer: NodeJS.Timeout | undefined
  server.on('session', (session: Http2Session) => {
    const seen = { read: -1, silent: 0, streams: 0 }
    sessions.set(session, seen)
    session.on('stream', (stream) => { seen.streams++; stream.once('close', () => { seen.streams-- }) })
    session.once('close', () => {
      sessions.delete(session)
      if (sessions.size === 0) { clearInterval(timer); timer = undefined }
    })
    timer ??= setInterval(look, interval).unref()
  })

  function look (): void {
    for (const [session, seen] of sessions) {
      const read = session.socket.bytesRead
      if (read !== seen.read) { seen.read = read; seen.silent = 0; continue }
      if (seen.silent >= (seen.streams > 0 ? PATIENCE_WITH_STREAMS : PATIENCE)) { session.destroy(); continue }
      if (seen.silent++ === 0) ping(session)
    }
  }
}

function ping (session: Http2Session): void {
  try { session.ping(() => {}) } catch { session.destroy() }
}
