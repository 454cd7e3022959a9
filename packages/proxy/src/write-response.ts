import type { ServerResponse } from 'node:http'

// Node writes a text of up to 16 KB without allocating for it (StreamBase::WriteString); the headers are a part of it.
const maxText = 12 * 1024

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
