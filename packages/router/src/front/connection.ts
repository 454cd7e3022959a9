import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** What Node's HTTP/1 server keeps on a connection (lib/_http_server.js). */
interface Served {
  /** The response that is being written; null when none is. */
  _httpMessage?: ServerResponse | null
  /** Whether Node has stopped reading, because answers pile up unread. */
  _paused?: boolean
}

/** The response that is being written to a connection; null when none is. */
export function runningResponse (socket: Socket): ServerResponse | null {
  return (socket as Socket & Served)._httpMessage ?? null
}

/** Whether Node has stopped reading a connection for a reason of its own. Reading on in spite of it fails an assertion. */
export function isPausedByNode (socket: Socket): boolean {
  return (socket as Socket & Served)._paused === true
}

/**
 * Calls `go` as soon as no response is being written to a connection: bytes that are written before would land inside
 * of it. It is never called when the connection ends first.
 */
export function whenFree (socket: Socket, go: () => void): void {
  if (socket.destroyed || !socket.writable) return
  const running = runningResponse(socket)
  if (running === null) go()
  // The next request of the connection, if one waits, takes its turn before the check.
  else running.once('close', () => { setImmediate(whenFree, socket, go) })
}

/**
 * Does for a connection that Node gives away (the server's events `upgrade` and `connect`) what the listeners did that
 * Node has just removed from it: an error does not end the process, an answer that is still being written goes on when
 * the client has read some of it, and a connection on which nothing moves for its server's `timeout` is cut.
 *
 * @returns takes the listeners off again, but for the one for errors
 */
export function keepServing (socket: Socket): () => void {
  const goOn = (): void => {
    const running = runningResponse(socket)
    if (running?.writableNeedDrain === true) running.emit('drain')
  }
  const cut = (): void => { socket.destroy() }
  socket.on('error', ignore).on('drain', goOn).on('timeout', cut)
  return () => { socket.off('drain', goOn).off('timeout', cut) }
}

function ignore (): void {}
