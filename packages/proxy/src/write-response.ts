import type { ServerResponse } from 'node:http'

// A longer text is copied for more than the second part of a write costs: at 10 KB by 8 % of a request.
const maxText = 2048

/**
 * Writes a whole body behind headers that have been set with `writeHead`. A short one goes out with them in one piece,
 * as a text of single bytes: Node joins it with the header block, where a Buffer would be a second part of the write.
 */
export function writeBody (response: ServerResponse, body: Buffer): void {
  const { socket } = response
  // Without a socket an earlier answer of the connection is still on its way.
  if (body.length > maxText || socket === null || socket.writableCorked > 0) {
    response.end(body)
    return
  }
  socket.cork()
  response.write(body.toString('latin1'), 'latin1')
  socket.uncork()
  response.end()
}
