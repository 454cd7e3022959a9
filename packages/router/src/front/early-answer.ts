import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/**
 * A request body up to this size is read to its end after an early response, so that the connection can be kept (as in
 * Go's net/http).
 */
export const LITTLE = 256 * 1024
/** How long and how much a connection is read after an early response, so that the client receives it. */
export const LINGER_TIME = 5_000
export const LINGER_BYTES = 32 * 1024 * 1024

/** Returns whether an HTTP/1 request has a body. */
export function bringsBody ({ headers }: IncomingMessage): boolean {
  const length = headers['content-length']
  return length !== undefined ? length !== '0' : headers['transfer-encoding'] !== undefined
}

const NAME = 'writeHeadEarly'

/**
 * Ensures that a response arrives that is sent before the request's body was received completely. A connection that is
 * closed with unread bytes is reset, and a client that is still writing loses the response. So the rest of the body is
 * read and discarded: a short one to its end, so that the connection can be kept; otherwise the response has
 * `connection: close`, the connection is closed in one direction, and read until the client closes its side, for {@link
 * LINGER_TIME} or {@link LINGER_BYTES}.
 *
 * For HTTP/1 requests with a body; call it before the response headers are written.
 *
 * @param keeps whether the connection can be kept for any body, because the client sends it without waiting for a 100
 */
export function awaitEarlyAnswer (request: IncomingMessage, response: ServerResponse, keeps: () => boolean = always): void {
  const { writeHead } = response
  // A request that is routed again.
  if (writeHead.name === NAME) return
  response.writeHead = function writeHeadEarly (this: ServerResponse, ...values: Parameters<typeof writeHead>) {
    response.writeHead = writeHead
    if (request.complete) return writeHead.apply(response, values)
    readOnAfter(request, response, keeps)
    writeHead.apply(response, values)
    // Starts reading: otherwise Node would itself read an unread body, without reporting its size.
    request.read(0)
    return response
  } as typeof writeHead
}

function readOnAfter (request: IncomingMessage, response: ServerResponse, keeps: () => boolean): void {
  const socket = response.socket ?? request.socket
  if (!(Number(request.headers['content-length']) <= LITTLE) || !keeps()) response.shouldKeepAlive = false
  const { destroySoon } = socket
  let closing = false
  // Called by Node after the last byte of a response with `connection: close`.
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

/** Reads the rest of a request and discards it, within the limits. */
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
 * Detaches a body from its readers without closing the connection, unlike `destroy`. Readers learn by the event
 * `aborted` that the body is incomplete.
 */
export function abandon (request: IncomingMessage): void {
  request.emit('aborted')
  request.unpipe()
  request.removeAllListeners('data').removeAllListeners('readable')
}

function always (): boolean {
  return true
}
