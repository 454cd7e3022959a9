import { IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import { cutHttp2Later } from '@floodgate/core'
import { answerBroken, isBroken } from './broken-connection.ts'
import { awaitEarlyAnswer, bringsBody } from './early-answer.ts'
import { awaitEarlyAnswerHttp2 } from './early-answer-http2.ts'
import { continueWhenRead, waitsForContinue } from './expectation.ts'
import { hold, mustWait } from './pipelining.ts'
import { isHost, isNoPath, checkHost, takeAbsoluteForm } from './host.ts'
import { failedExpectation, malformedHost, refuse, unsupportedCoding, unsupportedVersion, type Refusal } from './refusal.ts'
import { beginInTurn } from './share-turns.ts'
import { ignoreUpgrades, serveConnects } from './upgrade.ts'

const CONTINUE = /(?:^|\W)100-continue(?:$|\W)/i
// eslint-disable-next-line no-restricted-syntax -- servers, not requests
const receiving = new WeakSet<object>()

/** Returns whether a server's requests pass {@link createReceiver}. */
export function receives (server: object): boolean {
  return receiving.has(server)
}

/** Marks what stands for such a server. */
export function passesReceiver (server: object): void {
  receiving.add(server)
}

/**
 * Creates the `request` listener of the gateway's own server. It checks the rules of HTTP/1 and HTTP/2 before routing:
 *
 * - The requests of one HTTP/1.1 connection are served one after the other, until the client disconnects.
 * - A request with an unsupported version, Host or transfer coding is refused.
 * - A target in absolute form becomes a path and a Host.
 * - The requests of one HTTP/2 connection begin in portions, so that others have their turn.
 * - Responses that are sent before the request's body was received reach the client.
 */
export function createReceiver (serve: RequestListener): RequestListener {
  function receive (request: IncomingMessage, response: ServerResponse): void {
    if (mustWait(response)) { hold(request, response, () => { takeTurn(request, response) }); return }
    // Bytes after the last response of a connection.
    if (!response.socket!.writable) { request.resume(); return }
    const refusal = checkRequest(request, response)
    if (bringsBody(request)) awaitEarlyAnswer(request, response, () => !waitsForContinue(request))
    if (refusal !== null) refuse(response, refusal)
    else serve(request, response as Parameters<RequestListener>[1])
  }

  function takeTurn (request: IncomingMessage, response: ServerResponse): void {
    // Its body will never be complete: the connection's error is answered instead.
    if (!request.complete && isBroken(request.socket)) return
    receive(request, response)
  }

  function receiveHttp2 (request: Http2ServerRequest, response: ServerResponse): void {
    cutHttp2Later(response as unknown as Http2ServerResponse)
    const refusal = checkHttp2Request(request)
    awaitEarlyAnswerHttp2(request)
    if (refusal !== null) refuse(response, refusal)
    else serve(request as unknown as IncomingMessage, response as Parameters<RequestListener>[1])
  }

  return function receiveEither (request, response) {
    if (request instanceof IncomingMessage) receive(request, response)
    else beginInTurn(request as unknown as Http2ServerRequest, response, receiveHttp2)
  }
}

/**
 * Adds the other listeners of a server: Node's own responses do not reach a client, and Upgrade, CONNECT and Expect are
 * handled.
 *
 * @param event that passes the server a connection to serve as HTTP/1; null: it only supports HTTP/2
 */
export function addFront (server: Server, event: 'connection' | 'secureConnection' | null): void {
  passesReceiver(server)
  // No limit on the number of header fields: their bytes are limited. A missing Host is refused by `checkHost`.
  Object.assign(server, { maxHeadersCount: 0, requireHostHeader: false })
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    continueWhenRead(request, response)
    server.emit('request', request, response)
  })
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    // Go's HTTP/2 server ignores other expectations, and `receive` refuses those of HTTP/1.
    server.emit('request', request, response)
  })
  serveConnects(server)
  if (event === null) return
  server.on('clientError', answerBroken)
  ignoreUpgrades(server, event)
}

/** Checks the head of an HTTP/1 request, and converts other forms of its target to a path and a Host. */
export function checkRequest (request: IncomingMessage, response: ServerResponse): Refusal | null {
  if (request.httpVersionMajor !== 1) return unsupportedVersion
  const refusal = checkHost(request)
  if (refusal !== null) return refusal
  const coding = request.headers['transfer-encoding']
  if (coding !== undefined && coding.toLowerCase() !== 'chunked') return unsupportedCoding
  // HTTP/1.0 has no transfer codings: a proxy in front may see another end of the body (RFC 9112, section 6.1).
  if (coding !== undefined && request.httpVersionMinor === 0) response.shouldKeepAlive = false
  const { expect } = request.headers
  if (expect !== undefined && request.httpVersionMinor > 0 && !CONTINUE.test(expect)) return failedExpectation
  if (!isNoPath(request.url!)) return null
  if (request.method === 'CONNECT') { request.url = '*'; return null }
  return takeAbsoluteForm(request)
}

/** The same for an HTTP/2 request. */
export function checkHttp2Request (request: Http2ServerRequest): Refusal | null {
  const { headers } = request
  const authority = headers[':authority']
  if (authority !== undefined) {
    if (!isHost(authority)) return malformedHost
    // If both are present, the Host field is ignored (RFC 9113, section 8.3.1).
    if (headers.host !== undefined) headers.host = authority
  } else if (headers.host !== undefined && !isHost(headers.host)) return malformedHost
  // A CONNECT has no path (RFC 9113, section 8.5).
  if (headers[':path'] === undefined) request.url = '*'
  return null
}
