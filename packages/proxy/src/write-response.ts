import type { ServerResponse } from 'node:http'
import type { Recycle } from './passage.ts'

// A longer text is copied for more than the second part of a write costs: at 10 KB by 8 % of a request.
const maxText = 2048

/**
 * Writes a whole body behind headers that have been set with `writeHead`. A short one goes out with them in one piece,
 * as a text of single bytes: Node joins it with the header block, where a Buffer would be a second part of the write.
 *
 * @param recycle takes the body's memory back when it has been written
 */
export function writeBody (response: ServerResponse, body: Buffer, recycle?: Recycle): void {
  if (body.length <= maxText) {
    writeText(response, body.toString('latin1'), body)
    return
  }
  const { socket } = response
  if (socket === null || socket.writableCorked > 0) {
    response.end(body)
    return
  }
  // `end` with a body has a third part in the write, an empty one.
  socket.cork()
  if (recycle === undefined || !('encrypted' in socket)) response.write(body)
  else response.write(body, (error) => { if (error == null) recycle(body) })
  socket.uncork()
  // The kernel has all of it, as it mostly does at once. What is still to be written is left to the garbage collection.
  const isOut = recycle !== undefined && response.writableLength === 0 && !('encrypted' in socket)
  response.end()
  if (isOut) recycle(body)
}

/**
 * The same for a text.
 *
 * @param length in bytes, as UTF-8
 */
export function writeBodyText (response: ServerResponse, body: string, length: number): void {
  if (body.length === length) writeText(response, body, body)
  else response.end(body)
}

/** @param body the same, for when the text cannot go out with the headers */
function writeText (response: ServerResponse, text: string, body: Buffer | string): void {
  const { socket } = response
  // Without a socket an earlier answer of the connection is still on its way.
  if (socket === null || socket.writableCorked > 0) {
    response.end(body)
    return
  }
  socket.cork()
  response.write(text, 'latin1')
  socket.uncork()
  response.end()
}
