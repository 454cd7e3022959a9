import type { FastifyReply } from 'fastify'
import { hasData, type Body, type CoreRequest, type Endpoint, type Headers, type StepResponse } from '@floodgate/core'
import { addHeaders } from './answer-headers.ts'
import { Passage, passageOf, type Recycle } from '../exchange/passage.ts'
import { headersToWrite } from './reply-internals.ts'
import { writeBody, writeBodyText } from './write-response.ts'

/** Writes a decoded answer in the endpoint's output encoding: gives the body to send, and puts its content type into the answer's headers. */
export type Render = (response: StepResponse, request: CoreRequest) => Body | string

export type Answer = (response: StepResponse, reply: FastifyReply, core: CoreRequest) => void

/**
 * Creates the function that passes an answer on as it is.
 *
 * @param recycle takes the memory of a body back that came whole; only where nobody else may hold it
 */
export function createRawAnswer (recycle?: Recycle): Answer {
  return function answerRaw (response, reply) {
    const { status, headers, body } = response
    // As Go's server does: a 304 says nothing about a body that it does not have (net/http, suppressedHeaders304).
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

/** Writes what `reply.send` would, where it would change nothing. */
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

/** The same for a body that still comes. Whoever sends the answer ends it with its connection (`Failure.watch`). */
function writePassage (status: number, headers: Headers, body: Passage, reply: FastifyReply, written: Headers): void {
  addHeaders(reply, headers, written)
  written['x-krakend-completed'] = notCompleted(headers)
  closeAfterEarlyAnswer(reply)
  reply.hijack()
  const { raw } = reply
  raw.writeHead(status, written)
  // One that breaks off cannot be told from a whole one but by the end of the connection.
  body.once('close', () => { if (!raw.writableEnded) raw.destroy() })
  body.pipe(raw)
}

/** As the reference, what passes is not complete, and a backend's own line of this name stands behind the gateway's. */
function notCompleted ({ 'x-krakend-completed': theirs }: Headers): string | string[] {
  return theirs === undefined ? 'false' : ['false', ...[theirs].flat()]
}

/**
 * Creates the function that sends decoded answers; only what is complete and not empty says so, and may be cached.
 *
 * @param labels false: an answer has neither X-Krakend-Completed nor Cache-Control
 * @param recycle as for {@link createRawAnswer}: a document that was not changed is the body that came
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

/** Sends a body whose headers are set, and lets Fastify invent nothing about it. */
export function sendBody (reply: FastifyReply, body: Body): void {
  // Not null: Fastify would write that as JSON.
  if (body === null) reply.send(undefined)
  // It would call a Buffer without a type an octet stream.
  else if (Buffer.isBuffer(body) && !reply.hasHeader('content-type')) reply.header('content-length', body.length).send(passageOf(body))
  else reply.send(body)
}

/** Sets any status that HTTP/1 can carry: Fastify's own `code` refuses those above 599. */
export function setStatus (reply: FastifyReply, status: number): void {
  if (status <= 599) reply.code(status)
  else reply.raw.statusCode = status
}

/** An answer that comes before the request's end leaves the connection unusable (RFC 9112, section 9.6); HTTP/2 has streams for that. */
export function closeAfterEarlyAnswer (reply: FastifyReply): void {
  const { raw } = reply.request
  if (!raw.complete && raw.httpVersionMajor === 1) reply.header('connection', 'close')
}

export function isStream (body: Body | string): body is Exclude<Body, Buffer | null> {
  return body !== null && typeof body !== 'string' && !Buffer.isBuffer(body)
}

/** Lets go of a body that nobody will read. */
export function discard (body: Body): void {
  if (isStream(body)) body.destroy()
}
