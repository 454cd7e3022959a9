import { IncomingMessage, ServerResponse, type Server } from 'node:http'
import type { Socket } from 'node:net'
import { keepServing, whenFree } from './connection.ts'

/** How much is read from a connection whose Upgrade waits for earlier responses. */
const MOST_WAITING_BYTES = 64 * 1024

/**
 * Serves requests that ask for an unsupported protocol as if they did not (RFC 9110, section 7.8), including their body
 * and the following requests. Without a listener, Node loses data of the same read; with one, it does not read a body.
 *
 * @param event that passes the server a connection to serve as HTTP/1
 */
export function ignoreUpgrades (server: Server, event: 'connection' | 'secureConnection'): void {
  server.on('upgrade', (request: IncomingMessage, socket: Socket, behind: Buffer) => {
    const release = keepServing(socket)
    const stop = collect(socket, behind, (rest) => {
      release()
      // After the previous responses Node has set the timeout of an idle connection.
      socket.setTimeout(0)
      socket.unshift(Buffer.concat([writeHead(request), ...rest]))
      server.emit(event, socket)
    })
    whenFree(socket, stop)
  })
}

/**
 * Answers a CONNECT like any other method without an endpoint, and closes the connection: the following data is not for
 * the gateway.
 */
export function serveConnects (server: Server): void {
  server.on('connect', (request: IncomingMessage, socket: Socket, behind: Buffer) => {
    // In HTTP/2 it has a response.
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

/** Keeps reading, so that the end of the client is noticed; returns a function that stops this and returns the data. */
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
    // The state in which Node passes the socket on.
    Object.assign(socket, { readableFlowing: null })
    take(read)
  }
}

/**
 * Returns the request's head without the fields that make Node treat it as an upgrade. The field `Upgrade` itself
 * stays: it has no effect alone.
 */
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
