import type { Socket } from 'node:net'
import { runningResponse } from './connection.ts'
import { badRequest, headersTooLarge, refuseRaw, requestTimeout, unsupportedCoding, unsupportedVersion, type Refusal } from './refusal.ts'

interface ParseError extends Error {
  code?: string
  rawPacket?: Buffer
}

/** Codes of connections that are gone. */
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
 * Answers what is no request, and ends the connection (the server's event `clientError`). An answer that is being sent
 * to an earlier request of the connection is completed first, also those of requests that wait.
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
    // Its own body is what is broken: nothing that it waits for will come.
    if (running === null || (!running.req.complete && !running.headersSent)) refuseRaw(socket, refusalOf(error))
    // The next request of the connection, if one waits, takes its turn before the check.
    else running.once('close', () => { setImmediate(answer) })
  }
}

/** Whether a connection's last request cannot be read to its end. */
export function isBroken (socket: Socket): boolean {
  return broken.has(socket)
}

function refusalOf ({ code, rawPacket }: ParseError): Refusal {
  if (code === 'HPE_INVALID_VERSION' && rawPacket !== undefined && OTHER_VERSION.test(rawPacket.toString('latin1'))) return unsupportedVersion
  return BY_CODE.get(code) ?? badRequest
}
