import { STATUS_CODES, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** A request that is refused before routing. */
export interface Refusal {
  readonly status: 400 | 408 | 417 | 431 | 501 | 505
  /** The whole body, as in Go's net/http. */
  readonly text: string
}

export const badRequest: Refusal = refusal(400)
export const missingHost: Refusal = refusal(400, 'missing required Host header')
export const malformedHost: Refusal = refusal(400, 'malformed Host header')
export const requestTimeout: Refusal = refusal(408)
export const headersTooLarge: Refusal = refusal(431)
export const unsupportedVersion: Refusal = refusal(505, 'unsupported protocol version')
export const unsupportedCoding: Refusal = { status: 501, text: 'Unsupported transfer encoding' }
export const failedExpectation: Refusal = { status: 417, text: '' }

const TYPE = 'text/plain; charset=utf-8'

/**
 * Answers a request with a refusal. On HTTP/1 the following data cannot be separated from its body, so the connection
 * is closed.
 */
export function refuse (response: ServerResponse, { status, text }: Refusal): void {
  const headers = { 'content-type': TYPE, 'content-length': Buffer.byteLength(text) }
  response.writeHead(status, response.req.httpVersionMajor === 2 && 'stream' in response ? headers : { ...headers, connection: 'close' })
  response.end(text)
}

/** Writes a refusal to a connection without a request, and closes it. */
export function refuseRaw (socket: Socket, { status, text }: Refusal): void {
  socket.write(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: ${TYPE}\r\nContent-Length: ${text.length}\r\nConnection: close\r\n\r\n${text}`
  )
  socket.destroySoon()
}

function refusal (status: Refusal['status'], detail?: string): Refusal {
  const text = `${status} ${STATUS_CODES[status]}`
  return { status, text: detail === undefined ? text : `${text}: ${detail}` }
}
