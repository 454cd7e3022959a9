import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** Fields that Node's HTTP/1 server sets on a connection (lib/_http_server.js). */
interface Served {
  /** The response that is being written; null if there is none. */
  _httpMessage?: ServerResponse | null
  /** Whether Node has stopped reading, because unread responses accumulate. */
  _paused?: boolean
}

/** Returns the response that is being written to a connection; null if there is none. */
export function runningResponse (socket: Socket): ServerResponse | null {
  return (socket as Socket & Served)._httpMessage ?? null
}

/** Returns whether Node has stopped reading a connection. Resuming it then fails an assertion in Node. */
export function isPausedByNode (socket: Socket): boolean {
  return (socket as Socket & Served)._paused === true
}

/**
 * Calls `go` as soon as no response is being written to a connection: bytes written earlier would end up inside of it.
 * It is not called if the connection closes first.
 */
export function whenFree (socket: Socket, go: () => void): void {
  if (socket.destroyed || !socket.writable) return
  const running = runningResponse(socket)
  if (running === null) go()
  // The next request of the connection, if one waits, takes its turn before the check.
  else running.once('close', () => { setImmediate(whenFree, socket, go) })
}

/**
 * Replaces the listeners that Node has removed from a detached connection (the server's events `upgrade` and
 * `connect`): an error does not end the process, a response that is still being written continues when the client has
 * read some of it, and a connection without data for its server's `timeout` is closed.
 *
 * @returns a function that removes the listeners, except the one for errors
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
