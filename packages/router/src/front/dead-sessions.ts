import type { Http2SecureServer, Http2Server, Http2Session } from 'node:http2'
import type { Socket } from 'node:net'

/** How often the sessions of a server are looked at, in ms. */
export const LOOK = 3_000
/** Looks without a byte after which a session ends: without anything to say, and with streams. The answer to a ping of a slow client waits behind data. */
const PATIENCE = 1
const PATIENCE_WITH_STREAMS = 40

interface Seen {
  readonly socket: Socket
  /** Bytes of the client at the last look. */
  read: number
  /** Looks since then. */
  silent: number
  streams: number
}

/** Both kinds of handles have these, and lib/net.js reads them: what libuv still has to write, and whose connection it is. */
interface Handled {
  _handle?: { writeQueueSize?: number, getpeername? (address: object): number } | null
}

/**
 * Destroys sessions that are dead, and those whose client says nothing, not even to a ping (RFC 9113, section 6.7).
 * After an error that nghttp2 answers itself, and after some ends of a client, Node reads no more, tells nobody, and
 * would keep the socket, the streams and their calls for ever. Such a session does not send the ping either: it ends at
 * once, and so does one whose connection is reset. So does the socket of a session that was closed, when its client does not close its side. One timer for all
 * sessions of a server, and only while it has some.
 */
export function endDeadSessions (server: Http2SecureServer | Http2Server, interval = LOOK): void {
  const sessions = new Map<Http2Session, Seen>()
  let timer: NodeJS.Timeout | undefined
  server.on('session', (session: Http2Session) => {
    // Node's stand-in for the socket cannot end it, and is none any more when the session is over. Methods give the socket itself.
    const socket = session.socket.off('close', ignore)
    const seen: Seen = { socket, read: -1, silent: 0, streams: 0 }
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
      const { socket } = seen
      if (session.destroyed) seen.streams = 0
      if (socket.bytesRead !== seen.read) { seen.read = socket.bytesRead; seen.silent = 0; continue }
      if (isReset(socket)) { socket.destroy(); continue }
      if (seen.silent >= (seen.streams > 0 || isWriting(socket) ? PATIENCE_WITH_STREAMS : PATIENCE)) { socket.destroy(); continue }
      if (seen.silent++ === 0 && !session.destroyed) ping(session, socket)
    }
  }
}

function ping (session: Http2Session, socket: Socket): void {
  const { bytesWritten } = socket
  try { session.ping(() => {}) } catch { session.destroy(); return }
  // Node sends it at the end of this turn of the event loop, or when the socket has written what it has.
  setImmediate(() => { setImmediate(() => { if (socket.bytesWritten === bytesWritten && !isWriting(socket)) socket.destroy() }) })
}

function isWriting (socket: Socket): boolean {
  return ((socket as Socket & Handled)._handle?.writeQueueSize ?? 0) > 0
}

/** A connection that its client has reset while Node read nothing of it: over TLS it waits for ever for the end of a write. */
function isReset (socket: Socket): boolean {
  const status = (socket as Socket & Handled)._handle?.getpeername?.({})
  return status !== undefined && status !== 0
}

function ignore (): void {}
