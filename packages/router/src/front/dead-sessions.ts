import type { Http2SecureServer, Http2Server, Http2Session } from 'node:http2'
import type { Socket } from 'node:net'

/** Interval at which the sessions of a server are checked, in ms. */
const LOOK = 3_000
/**
 * Checks without a received byte after which a session ends: without streams, and with streams. A slow client's answer
 * to a ping is queued behind data.
 */
const PATIENCE = 1
const PATIENCE_WITH_STREAMS = 40

interface Seen {
  readonly socket: Socket
  /** Bytes received at the last check. */
  read: number
  /** Checks since then. */
  silent: number
  streams: number
}

/** Fields of both types of handles that lib/net.js reads: the size of libuv's write queue, and the owner of the connection. */
interface Handled {
  _handle?: { writeQueueSize?: number, getpeername? (address: object): number } | null
}

/**
 * Destroys dead sessions, and those whose client does not respond, not even to a ping (RFC 9113, section 6.7). After an
 * error that nghttp2 answers itself, and after some ends of a client, Node stops reading without any event, and would
 * keep the socket, the streams and their calls forever. Such a session does not send the ping either and is destroyed
 * immediately, like one whose connection is reset, and like the socket of a closed session whose client does not close
 * its side. There is one timer for all sessions of a server, only while it has some.
 */
export function endDeadSessions (server: Http2SecureServer | Http2Server, interval = LOOK): void {
  const sessions = new Map<Http2Session, Seen>()
  let timer: NodeJS.Timeout | undefined
  server.on('session', (session: Http2Session) => {
    // Node's proxy of the socket cannot end it, and is unusable after the session has ended. Methods return the socket
    // itself.
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
  // Node sends it at the end of this turn of the event loop, or when the socket has written its data.
  setImmediate(() => { setImmediate(() => { if (socket.bytesWritten === bytesWritten && !isWriting(socket)) socket.destroy() }) })
}

function isWriting (socket: Socket): boolean {
  return ((socket as Socket & Handled)._handle?.writeQueueSize ?? 0) > 0
}

/**
 * Returns whether the client has reset the connection while Node was not reading: over TLS it would wait forever for a
 * write to finish.
 */
function isReset (socket: Socket): boolean {
  const status = (socket as Socket & Handled)._handle?.getpeername?.({})
  return status !== undefined && status !== 0
}

function ignore (): void {}
