import { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { prepend } from '@floodgate/http-client'
import type { Recycle } from '../exchange/passage.ts'

// Copying a longer text costs more than a second part of the write: at 10 KB 8 % of a request.
const maxText = 2048

/** Fields of Node's response (lib/_http_outgoing.js). */
interface Outgoing {
  /** The header block, once `writeHead` has been called. */
  readonly _header?: unknown
  readonly _hasBody?: unknown
  _headerSent?: unknown
}

const { write, end } = ServerResponse.prototype

/**
 * Writes a whole body after headers that were set with `writeHead`, together with them if possible: a short body as a
 * one-byte string, a longer one if its memory has room before it.
 *
 * @param recycle releases the body's memory after it was written: it must not be used elsewhere
 */
export function writeBody (response: ServerResponse, body: Buffer, recycle?: Recycle): void {
  const { socket } = response
  // Without a socket, an earlier response of the connection is still being sent.
  if (socket === null || socket.writableCorked > 0) {
    response.end(body)
    return
  }
  if (body.length <= maxText) {
    writeText(response, socket, body.toString('latin1'))
    return
  }
  const header = recycle === undefined ? null : headerOf(response, socket)
  const joined = header === null ? null : prepend(header, body)
  const isEncrypted = 'encrypted' in socket
  const written = recycle !== undefined && isEncrypted ? (error?: Error | null) => { if (error == null) recycle(body) } : undefined
  if (joined !== null) {
    socket.write(joined, written)
    leaveOutHeader(response)
  } else {
    // `end` with a body adds an empty third part to the write.
    socket.cork()
    response.write(body, written)
    socket.uncork()
  }
  // Usually the kernel has accepted all of it. Memory that is still to be written is left to the garbage collector.
  const isOut = recycle !== undefined && !isEncrypted && response.writableLength === 0
  response.end()
  if (isOut) recycle(body)
}

/** The same for a string.
 *
 * @param length in bytes, as UTF-8
 */
export function writeBodyText (response: ServerResponse, body: string, length: number): void {
  const { socket } = response
  if (body.length !== length || socket === null || socket.writableCorked > 0) response.end(body)
  else writeText(response, socket, body)
}

/** Node joins a one-byte string with the header block; a Buffer would be a second part of the write. */
function writeText (response: ServerResponse, socket: Socket, text: string): void {
  const header = headerOf(response, socket)
  if (header !== null) {
    socket.write(header + text, 'latin1')
    leaveOutHeader(response)
  } else {
    socket.cork()
    response.write(text, 'latin1')
    socket.uncork()
  }
  response.end()
}

/**
 * Returns the header block, to be written directly; null if Node must write it: the response has no body, the
 * connection has ended, it is another version of Node, or its methods were replaced (for example to compress).
 */
function headerOf (response: ServerResponse, { writable }: Socket): string | null {
  const { _header: header, _headerSent: isSent, _hasBody: hasBody } = response as Outgoing
  return writable && typeof header === 'string' && isSent === false && hasBody === true && response.write === write && response.end === end
    ? header
    : null
}

/** The header block has been written. */
function leaveOutHeader (response: ServerResponse): void {
  (response as Outgoing)._headerSent = true
}
