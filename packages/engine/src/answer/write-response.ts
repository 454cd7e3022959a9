import { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { prepend } from '@floodgate/http-client'
import type { Recycle } from '../exchange/passage.ts'

// A longer text is copied for more than the second part of a write costs: at 10 KB by 8 % of a request.
const maxText = 2048

/** What Node keeps of an answer (lib/_http_outgoing.js). */
interface Outgoing {
  /** The header block, once `writeHead` has been called. */
  readonly _header?: unknown
  readonly _hasBody?: unknown
  _headerSent?: unknown
}

const { write, end } = ServerResponse.prototype

/**
 * Writes a whole body behind headers that have been set with `writeHead`, in one piece with them where that is possible:
 * a short one as a text of single bytes, a longer one where its memory has room before it.
 *
 * @param recycle takes the body's memory back when it has been written: nobody else may hold it
 */
export function writeBody (response: ServerResponse, body: Buffer, recycle?: Recycle): void {
  const { socket } = response
  // Without a socket an earlier answer of the connection is still on its way.
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
    // `end` with a body has a third part in the write, an empty one.
    socket.cork()
    response.write(body, written)
    socket.uncork()
  }
  // The kernel has all of it, as it mostly does at once. What is still to be written is left to the garbage collection.
  const isOut = recycle !== undefined && !isEncrypted && response.writableLength === 0
  response.end()
  if (isOut) recycle(body)
}

/**
 * The same for a text.
 *
 * @param length in bytes, as UTF-8
 */
export function writeBodyText (response: ServerResponse, body: string, length: number): void {
  const { socket } = response
  if (body.length !== length || socket === null || socket.writableCorked > 0) response.end(body)
  else writeText(response, socket, body)
}

/** Node joins a text of single bytes with the header block, where a Buffer would be a second part of the write. */
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
 * Gives the header block that was set, to be written by hand; null where Node has to: the answer has no body, the
 * connection has ended, it is another version of Node, or somebody has put functions of their own in place of its (to compress what they are given).
 */
function headerOf (response: ServerResponse, { writable }: Socket): string | null {
  const { _header: header, _headerSent: isSent, _hasBody: hasBody } = response as Outgoing
  return writable && typeof header === 'string' && isSent === false && hasBody === true && response.write === write && response.end === end ? header : null
}

/** The header block has been written. */
function leaveOutHeader (response: ServerResponse): void {
  (response as Outgoing)._headerSent = true
}
