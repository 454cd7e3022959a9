import { IncomingMessage, ServerResponse, type Server } from 'node:http'
import type { Socket } from 'node:net'
import { keepServing, whenFree } from './connection.ts'

/** How much is read from a connection whose Upgrade waits for the answers before it. */
const MOST_WAITING_BYTES = 64 * 1024

/**
 * Serves requests that ask for a protocol nobody speaks here as if they did not ask (RFC 9110, section 7.8), their body
 * and what follows included. Without a listener Node loses what came in the same read, with one it takes no body.
 *
 * @param event by which the server is given a connection to serve as HTTP/1
 */
export function ignoreUpgrades (server: Server, event: 'connection' | 'secureConnection'): void {
  server.on('upgrade', (request: IncomingMessage, socket: Socket, behind: Buffer) => {
    const release = keepServing(socket)
    const stop = collect(socket, behind, (rest) => {
      release()
      // What Node has set behind the answers before this request is the time for a connection without any.
      socket.setTimeout(0)
      socket.unshift(Buffer.concat([writeHead(request), ...rest]))
      server.emit(event, socket)
    })
    whenFree(socket, stop)
  })
}

/**
 * Answers a CONNECT as any other method that no endpoint has, and ends the connection: what follows on it is meant for
 * somebody else.
 */
export function serveConnects (server: Server): void {
  server.on('connect', (request: IncomingMessage, socket: Socket, behind: Buffer) => {
    // One of HTTP/2 comes with its response.
    if (!(request instanceof IncomingMessage)) { server.emit('request', request, socket); return }
    keepServing(socket)
    const stop = collect(socket, behind, () => {
      socket.setTimeout(server.timeout)
      const response = new ServerResponse(request)
      response.shouldKeepAlive = false
      response.once('finish', () => {
        response.detachSocket(socket)
        socket.destroySoon()
      })
      socket.resume()
      response.assignSocket(socket)
      server.emit('request', request, response)
    })
    whenFree(socket, stop)
  })
}

/** Reads on, so that an end of the client is heard of; gives the function that stops this and hands over what was read. */
function collect (socket: Socket, begun: Buffer, take: (read: Buffer[]) => void): () => void {
  const read = [begun]
  let length = begun.length
  const onData = (chunk: Buffer): void => {
    read.push(chunk)
    length += chunk.length
    if (length > MOST_WAITING_BYTES) socket.pause()
  }
  const onEnd = (): void => { socket.destroy() }
  socket.on('data', onData).on('end', onEnd)
  return () => {
    socket.pause().off('data', onData).off('end', onEnd)
    // As Node leaves it to whoever gets the socket.
    Object.assign(socket, { readableFlowing: null })
    take(read)
  }
}

/** The request's head again, without what makes Node take it for an upgrade. The field `Upgrade` itself stays: nobody acts on it alone. */
function writeHead ({ method, url, httpVersion, rawHeaders }: IncomingMessage): Buffer {
  let head = `${method} ${url} HTTP/${httpVersion}\r\n`
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!
    const value = name.toLowerCase() === 'connection' ? withoutUpgrade(rawHeaders[i + 1]!) : rawHeaders[i + 1]!
    head += `${name}: ${value}\r\n`
  }
  return Buffer.from(`${head}\r\n`, 'latin1')
}

function withoutUpgrade (connection: string): string {
  return connection.split(',').filter((token) => token.trim().toLowerCase() !== 'upgrade').join(',')
}
