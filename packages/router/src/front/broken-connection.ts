import type { Socket } from 'node:net'
import { runningResponse } from './connection.ts'
import { badRequest, headersTooLarge, refuseRaw, requestTimeout, unsupportedCoding, unsupportedVersion, type Refusal } from './refusal.ts'

interface ParseError extends Error {
  code?: string
  rawPacket?: Buffer
}

/** Error codes of closed connections. */
const GONE: ReadonlySet<string | undefined> = new Set(['ECONNRESET', 'EPIPE'])
/** The client has closed its side within a request. */
const ENDED = 'HPE_INVALID_EOF_STATE'
const BY_CODE: ReadonlyMap<string | undefined, Refusal> = new Map([
  ['HPE_HEADER_OVERFLOW', headersTooLarge],
  ['HPE_CHUNK_EXTENSIONS_OVERFLOW', badRequest],
  ['ERR_HTTP_REQUEST_TIMEOUT', requestTimeout],
  ['HPE_INVALID_TRANSFER_ENCODING', unsupportedCoding]
])
const OTHER_VERSION = / HTTP\/\d\.\d\r?\n/

// eslint-disable-next-line no-restricted-syntax -- by connection: none can reach another's
const broken = new WeakSet<Socket>()

/**
 * Answers data that is not a valid request, and closes the connection (the server's event `clientError`). Responses to
 * earlier requests of the connection, including waiting ones, are completed first.
 */
export function answerBroken (error: ParseError, socket: Socket): void {
  if (GONE.has(error.code) || !socket.writable || (error.code === ENDED && runningResponse(socket) !== null)) { socket.destroy(); return }
  // Every further read of a broken connection fails again.
  if (broken.has(socket)) return
  broken.add(socket)
  answer()

  function answer (): void {
    if (socket.destroyed || !socket.writable) return
    const running = runningResponse(socket)
    // The body of this request is invalid: the rest of it will not arrive.
    if (running === null || (!running.req.complete && !running.headersSent)) refuseRaw(socket, refusalOf(error))
    // The next request of the connection, if one waits, takes its turn before the check.
    else running.once('close', () => { setImmediate(answer) })
  }
}

/** Returns whether a connection's last request cannot be read to its end. */
export function isBroken (socket: Socket): boolean {
  return broken.has(socket)
}

function refusalOf ({ code, rawPacket }: ParseError): Refusal {
  if (code === 'HPE_INVALID_VERSION' && rawPacket !== undefined && OTHER_VERSION.test(rawPacket.toString('latin1'))) {
    return unsupportedVersion
  }
  return BY_CODE.get(code) ?? badRequest
}
