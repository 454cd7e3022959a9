import type { ServerResponse } from 'node:http'

// A longer text is copied for more than the second part of a write costs: at 10 KB by 8 % of a request.
const maxText = 2048

/**
 * Writes a whole body behind headers that have been set with `writeHead`. A short one goes out with them in one piece,
 * as a text of single bytes: Node joins it with the header block, where a Buffer would be a second part of the write.
 */
export function writeBody (response: ServerResponse, body: Buffer): void {
  if (body.length > maxText) response.end(body)
  else writeText(response, body.toString('latin1'), body)
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
