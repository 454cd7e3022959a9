import http from 'node:http'
import net from 'node:net'
import { once } from 'node:events'

export interface ClientAnswer {
  status: number
  headers: http.IncomingHttpHeaders
  rawHeaders: string[]
  trailers: NodeJS.Dict<string>
  body: Buffer
  /** The connection broke before the body's end. */
  broken: boolean
}

export interface ClientRequest extends http.RequestOptions {
  body?: Buffer | string | AsyncIterable<Buffer>
}

/** Sends one request and reads the whole answer; rejects when no answer comes. */
export function call (url: string, { body, ...options }: ClientRequest = {}): Promise<ClientAnswer> {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { agent: false, ...options }, (response) => {
      const chunks: Buffer[] = []
      const done = (broken: boolean): void => {
        resolve(
          {
            status: response.statusCode!,
            headers: response.headers,
            rawHeaders: response.rawHeaders,
            trailers: response.trailers,
            body: Buffer.concat(chunks),
            broken
          }
        )
      }
      response.on('data', (chunk: Buffer) => { chunks.push(chunk) })
      response.on('end', () => { done(false) })
      response.on('error', () => { done(true) })
    })
    request.on('error', reject)
    if (body === undefined || typeof body === 'string' || Buffer.isBuffer(body)) request.end(body)
    else write(request, body).catch(reject)
  })
}

async function write (request: http.ClientRequest, body: AsyncIterable<Buffer>): Promise<void> {
  for await (const chunk of body) if (!request.write(chunk)) await once(request, 'drain')
  request.end()
}

/** Opens a connection, writes `text` and gives the socket with everything it reads so far. */
export async function open (url: string, text: string): Promise<{ socket: net.Socket, read: () => string }> {
  const { port, hostname } = new URL(url)
  const socket = net.connect(Number(port), hostname)
  let read = ''
  socket.on('data', (chunk) => { read += chunk.toString('latin1') })
  socket.on('error', () => {})
  await once(socket, 'connect')
  socket.write(text)
  return { socket, read: () => read }
}
