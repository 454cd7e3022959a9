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

/** Keeps an error of a connection from ending the process: Node removes its own listener when it gives a socket away. */
export function ignoreErrors (socket: Socket): void {
  socket.on('error', ignore)
}

function ignore (): void {}
