import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { isPausedByNode } from './connection.ts'

/**
 * Number of requests of one HTTP/1.1 connection that may wait for the running one before it is no longer read. Data
 * read by then is still parsed: at most 64 KB, about 2,340 of the smallest requests, 1.5 KB of memory each.
 */
export const MOST_WAITING = 1000

interface Turns {
  waiting: number
  checks: boolean
  paused: boolean
}

// eslint-disable-next-line no-restricted-syntax -- by connection: none can reach another's
const turns = new WeakMap<Socket, Turns>()

/** Returns whether an HTTP/1 request arrived while an earlier one of its connection is still being answered (pipelining). */
export function mustWait (response: ServerResponse): boolean {
  // Node assigns a response its socket when the previous one has been written.
  return response.socket === null
}

/**
 * Delays a request that {@link mustWait} until the responses before it have been written, then calls `serve`. A request
 * whose client disconnects before that is not served.
 *
 * A connection with more than {@link MOST_WAITING} requests is not read until fewer wait: until the running response is
 * complete, the end of the client is not noticed.
 */
export function hold (request: IncomingMessage, response: ServerResponse, serve: () => void): void {
  const { socket } = request
  const connection = turnsOf(socket)
  connection.waiting++
  if (connection.waiting > MOST_WAITING && !connection.checks) {
    connection.checks = true
    // Deferred: Node resumes reading after each message, regardless of its handler.
    process.nextTick(pauseWhereTooMany, socket, connection)
  }
  // Undocumented event: Node emits it when it assigns the socket to a waiting response (`assignSocket`, Node 20 to 24).
  response.once('socket', () => {
    connection.waiting--
    // The response before this one closes first.
    process.nextTick(take)
  })

  function take (): void {
    if (request.destroyed || socket.destroyed) return
    if (connection.paused && connection.waiting <= MOST_WAITING) {
      connection.paused = false
      if (!isPausedByNode(socket)) socket.resume()
    }
    serve()
  }
}

function pauseWhereTooMany (socket: Socket, connection: Turns): void {
  connection.checks = false
  if (connection.waiting <= MOST_WAITING || socket.destroyed) return
  connection.paused = true
  socket.pause()
}

function turnsOf (socket: Socket): Turns {
  let connection = turns.get(socket)
  if (connection === undefined) {
    connection = { waiting: 0, checks: false, paused: false }
    turns.set(socket, connection)
  }
  return connection
}
