import type { FastifyReply } from 'fastify'
import { hasData, type Body, type CoreRequest, type Endpoint, type Headers, type StepResponse } from '@floodgate/core'
import { addHeaders } from './answer-headers.ts'
import { Passage, passageOf, type Recycle } from '../exchange/passage.ts'
import { headersToWrite } from './reply-internals.ts'
import { writeBody, writeBodyText } from './write-response.ts'

/**
 * Serializes a decoded response in the endpoint's output encoding: returns the body to send, and sets its content type
 * in the response's headers.
 */
export type Render = (response: StepResponse, request: CoreRequest) => Body | string

export type Answer = (response: StepResponse, reply: FastifyReply, core: CoreRequest) => void

/**
 * Creates the function that passes a response on unchanged.
 *
 * @param recycle releases the memory of a complete body; only if it is not used elsewhere
 */
export function createRawAnswer (recycle?: Recycle): Answer {
  return function answerRaw (response, reply) {
    const { status, headers, body } = response
    // As Go's server: a 304 has no headers about a body (net/http, suppressedHeaders304).
    if (status === 304) delete headers['content-type']
    const written = headersToWrite(reply)
    if (written !== null) {
      if (!isStream(body)) { writeRaw(status, headers, body, reply, written, recycle); return }
      if (body instanceof Passage && !body.destroyed) { writePassage(status, headers, body, reply, written); return }
    }
    addHeaders(reply, headers, null)
    reply.header('x-krakend-completed', notCompleted(headers))
    setStatus(reply, status)
    closeAfterEarlyAnswer(reply)
    sendBody(reply, body)
  }
}

/** Writes the same as `reply.send`, if that would not change anything. */
function writeRaw (status: number, headers: Headers, body: Buffer | null, reply: FastifyReply, written: Headers, recycle?: Recycle): void {
  addHeaders(reply, headers, written)
  written['x-krakend-completed'] = notCompleted(headers)
  closeAfterEarlyAnswer(reply)
  const { raw } = reply
  if (body === null) {
    if (status !== 204 && status !== 304 && reply.request.raw.method !== 'HEAD') written['content-length'] = '0'
    raw.writeHead(status, written).end()
    return
  }
  if (Number(written['content-length']) !== body.length) written['content-length'] = String(body.length)
  raw.writeHead(status, written)
  writeBody(raw, body, recycle)
}

/** The same for a body that is still arriving. It ends with its connection (`Failure.watch`). */
function writePassage (status: number, headers: Headers, body: Passage, reply: FastifyReply, written: Headers): void {
  addHeaders(reply, headers, written)
  written['x-krakend-completed'] = notCompleted(headers)
  closeAfterEarlyAnswer(reply)
  reply.hijack()
  const { raw } = reply
  raw.writeHead(status, written)
  // A body that ends early can only be distinguished from a complete one by the end of the connection.
  body.once('close', () => { if (!raw.writableEnded) raw.destroy() })
  body.pipe(raw)
}

/**
 * As in the reference, passed-on responses are marked as not complete, and a backend's own line of this name follows
 * the gateway's.
 */
export function notCompleted ({ 'x-krakend-completed': theirs }: Headers): string | string[] {
  return theirs === undefined ? 'false' : ['false', ...[theirs].flat()]
}

/**
 * Creates the function that sends decoded responses; only complete, non-empty ones are marked as complete and may be
 * cached.
 *
 * @param labels false: a response has neither X-Krakend-Completed nor Cache-Control
 * @param recycle as for {@link createRawAnswer}: an unchanged document is the received body
 */
export function createDecodedAnswer ({ cacheTtl }: Endpoint, render: Render, labels = true, recycle?: Recycle): Answer {
  const cacheControl = labels && cacheTtl > 0 ? `public, max-age=${Math.trunc(cacheTtl / 1000)}` : null
  return function answerDecoded (response, reply, core) {
    const completed = response.complete && hasData(response)
    const body = render(response, core)
    const { status, headers } = response
    if (body !== null && !isStream(body) && status !== 204 && status !== 304) {
      const written = headersToWrite(reply)
      if (written !== null) {
        if (completed && cacheControl !== null) written['cache-control'] = cacheControl
        addHeaders(reply, headers, written)
        if (labels) written['x-krakend-completed'] = completed ? 'true' : 'false'
        closeAfterEarlyAnswer(reply)
        writeWhole(status, body, reply, written, recycle)
        return
      }
    }
    if (completed && cacheControl !== null) reply.header('cache-control', cacheControl)
    addHeaders(reply, headers, null)
    if (labels) reply.header('x-krakend-completed', completed ? 'true' : 'false')
    setStatus(reply, status)
    closeAfterEarlyAnswer(reply)
    reply.send(body)
  }
}

function writeWhole (status: number, body: Buffer | string, reply: FastifyReply, written: Headers, recycle?: Recycle): void {
  const { raw } = reply
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length
  written['content-length'] = String(length)
  raw.writeHead(status, written)
  if (typeof body === 'string') writeBodyText(raw, body, length)
  else writeBody(raw, body, recycle)
}

/** Sends a body whose headers are set, without defaults of Fastify. */
export function sendBody (reply: FastifyReply, body: Body): void {
  // Not null: Fastify would serialize that as JSON.
  if (body === null) reply.send(undefined)
  // It would send a Buffer without a type as an octet stream.
  else if (Buffer.isBuffer(body) && !reply.hasHeader('content-type')) reply.header('content-length', body.length).send(passageOf(body))
  else reply.send(body)
}

/** Sets any status that HTTP/1 can carry: Fastify's own `code` refuses those above 599. */
export function setStatus (reply: FastifyReply, status: number): void {
  if (status <= 599) reply.code(status)
  else reply.raw.statusCode = status
}

/**
 * A response before the request's end makes the connection unusable (RFC 9112, section 9.6); HTTP/2 has streams for
 * that. Requests of `inject()` have no `complete`, and no connection.
 */
export function closeAfterEarlyAnswer (reply: FastifyReply): void {
  const { raw } = reply.request
  if (raw.complete === false && raw.httpVersionMajor === 1) reply.header('connection', 'close')
}

export function isStream (body: Body | string): body is Exclude<Body, Buffer | null> {
  return body !== null && typeof body !== 'string' && !Buffer.isBuffer(body)
}

/** Discards a body that will not be read. */
export function discard (body: Body): void {
  if (isStream(body)) body.destroy()
}
