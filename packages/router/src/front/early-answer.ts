import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** A request body up to this size is read to its end behind an early answer, so that the connection can be kept (as Go's net/http). */
export const LITTLE = 256 * 1024
/** How long and how much a connection is read after an early answer, so that the client gets to see it. */
export const LINGER_TIME = 5_000
export const LINGER_BYTES = 32 * 1024 * 1024

/** Whether an HTTP/1 request comes with a body. */
export function bringsBody ({ headers }: IncomingMessage): boolean {
  const length = headers['content-length']
  return length !== undefined ? length !== '0' : headers['transfer-encoding'] !== undefined
}

const NAME = 'writeHeadEarly'

/**
 * Sees to it that an answer arrives that is sent before the request's body has come whole. A connection that is closed
 * with unread bytes is reset, and a reset takes the answer away from a client that still writes. So the body is read on
 * and thrown away: a little one until the connection can be kept; of others the answer says `connection: close`, the
 * connection is closed in one direction, and read until the client closes its side, for {@link LINGER_TIME} or
 * {@link LINGER_BYTES}.
 *
 * For HTTP/1 requests that bring a body, before their headers are written.
 *
 * @param keeps whether the connection can be kept for any body: the client sends it without waiting for a 100
 */
export function awaitEarlyAnswer (request: IncomingMessage, response: ServerResponse, keeps: () => boolean = always): void {
  const { writeHead } = response
  // A request that is routed a second time.
  if (writeHead.name === NAME) return
  response.writeHead = function writeHeadEarly (this: ServerResponse, ...values: Parameters<typeof writeHead>) {
    response.writeHead = writeHead
    if (request.complete) return writeHead.apply(response, values)
    readOnAfter(request, response, keeps)
    writeHead.apply(response, values)
    // Begun: Node would read on by itself a body that nobody has looked at, without telling how much.
    request.read(0)
    return response
  } as typeof writeHead
}

function readOnAfter (request: IncomingMessage, response: ServerResponse, keeps: () => boolean): void {
  const socket = response.socket ?? request.socket
  if (!(Number(request.headers['content-length']) <= LITTLE) || !keeps()) response.shouldKeepAlive = false
  const { destroySoon } = socket
  let closing = false
  // What Node calls after the last byte of an answer with `connection: close`.
  socket.destroySoon = function closeOneDirection () {
    socket.destroySoon = destroySoon
    closing = true
    if (request.complete || socket.destroyed) { socket.destroySoon(); return }
    socket.end()
    discard(request, socket)
  }
  response.once('finish', () => {
    if (closing) return
    socket.destroySoon = destroySoon
    if (!request.complete) discard(request, socket)
  })
}

/** Reads the rest of a request and drops it, within the bounds. */
function discard (request: IncomingMessage, socket: Socket): void {
  const limit = socket.bytesRead + LINGER_BYTES
  const cut = (): void => { socket.destroy() }
  const timer = setTimeout(cut, LINGER_TIME).unref()
  const forget = (): void => { clearTimeout(timer) }
  socket.once('close', forget)
  abandon(request)
  request.on('data', () => { if (socket.bytesRead > limit) cut() })
  request.once('end', () => {
    forget()
    socket.off('close', forget)
    if (!socket.writable) socket.destroySoon()
  })
  request.resume()
}

/**
 * Takes a body away from whoever still reads it, without ending the connection, as `destroy` would. Who reads it learns
 * that the body is not whole by the event `aborted`.
 */
export function abandon (request: IncomingMessage): void {
  request.emit('aborted')
  request.unpipe()
  request.removeAllListeners('data').removeAllListeners('readable')
}

function always (): boolean {
  return true
}
