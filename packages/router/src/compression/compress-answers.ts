import type { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest, onSendHookHandler } from 'fastify'
import { acceptsGzip } from './accepts-gzip.ts'
import { isCompressibleType } from './compressible-type.ts'
import { gzipBody, isStream, type PlainBody } from './gzip-body.ts'

/** Shorter bodies fit in one packet in any case. */
const minBytes = 1024

/** They have no body, or a part of one. */
const withoutWholeBody: ReadonlySet<number> = new Set([204, 205, 206, 304])

/** On a reply that has been compressed. */
const isCompressed = Symbol('compressed')

/** Fields about the bytes of a body, which would be wrong for others. */
const digests = ['content-digest', 'repr-digest', 'digest', 'content-md5'] as const

/**
 * Compresses answers with gzip for clients that accept it. Must be the last `onSend` hook: the others see bodies as they
 * are. Answers that could be compressed have `Vary: Accept-Encoding` whatever their client accepts.
 */
export const compressAnswers: onSendHookHandler = function compressAnswers (request, reply, payload: unknown, done) {
  const body = payload as PlainBody
  const own = reply as FastifyReply & { [isCompressed]?: boolean }
  // It could not be sent, and this is the error in its place.
  if (own[isCompressed] === true) drop(reply, 'content-encoding')
  const accepts = acceptsGzip(request.raw.headers['accept-encoding'])
  if (reply.statusCode === 304) {
    if (accepts) confirmCompressed(request, reply)
    done(null, payload)
    return
  }
  const length = lengthOf(body, request, reply)
  if (length === null || length < minBytes || !isCompressible(reply)) { done(null, payload); return }
  addVary(reply)
  if (!accepts || request.method === 'HEAD' || hasToken(request.raw.headers['cache-control'], 'no-transform')) { done(null, payload); return }
  drop(reply, 'content-length')
  // A part of the compressed body cannot be asked for.
  drop(reply, 'accept-ranges')
  weakenTag(reply)
  reply.header('content-encoding', 'gzip')
  own[isCompressed] = true
  // Without coding, the headers of a stream do not wait for its first bytes either; and what fails then breaks the
  // connection: Fastify would send an error with the headers of the compressed body.
  if (isStream(body)) reply.raw.once('pipe', () => { reply.raw.flushHeaders() })
  done(null, gzipBody(body, length === Infinity))
}

/** In bytes; Infinity = unknown, null = it is not a body that can be compressed. */
function lengthOf (body: unknown, { method }: FastifyRequest, reply: FastifyReply): number | null {
  const isHead = method === 'HEAD'
  if (!isHead && typeof body === 'string') return Buffer.byteLength(body)
  if (!isHead && Buffer.isBuffer(body)) return body.length
  if (!isHead && !isNodeStream(body)) return null
  const stated = reply.getHeader('content-length')
  return stated === undefined ? Infinity : Number(stated)
}

function isNodeStream (body: unknown): body is Readable {
  const { pipe, pause, destroy } = (body ?? {}) as Partial<Record<'pipe' | 'pause' | 'destroy', unknown>>
  return typeof pipe === 'function' && typeof pause === 'function' && typeof destroy === 'function'
}

function isCompressible (reply: FastifyReply): boolean {
  return !withoutWholeBody.has(reply.statusCode) &&
    (valueOf(reply, 'content-encoding') || 'identity').toLowerCase() === 'identity' &&
    reply.getHeader('content-range') === undefined &&
    digests.every((name) => reply.getHeader(name) === undefined) &&
    // A backend asks for this where its stream must not be held (nginx).
    valueOf(reply, 'x-accel-buffering').toLowerCase() !== 'no' &&
    !hasToken(valueOf(reply, 'cache-control'), 'no-transform') &&
    isCompressibleType(valueOf(reply, 'content-type'))
}

/** Several lines joined with commas; '' = none. */
function valueOf (reply: FastifyReply, name: string): string {
  const value = reply.getHeader(name)
  return Array.isArray(value) ? value.join(',') : String(value ?? '')
}

/** A host may have set it on Node's response. */
function drop (reply: FastifyReply, name: string): void {
  reply.removeHeader(name)
  reply.raw.removeHeader(name)
}

function hasToken (field: string | undefined, token: string): boolean {
  return field !== undefined && field.split(',').some((member) => member.trim().toLowerCase() === token)
}

function addVary (reply: FastifyReply): void {
  const vary = valueOf(reply, 'vary')
  if (!hasToken(vary, 'accept-encoding') && !hasToken(vary, '*')) reply.header('vary', vary === '' ? 'Accept-Encoding' : `${vary}, Accept-Encoding`)
}

/** The compressed body means the same in other bytes: RFC 9110, section 8.8.1. */
function weakenTag (reply: FastifyReply): void {
  const tag = valueOf(reply, 'etag')
  if (tag !== '' && !tag.startsWith('W/')) reply.header('etag', `W/${tag}`)
}

/** A client that asks with the tag of a compressed body has this tag confirmed, and not that of the backend. */
function confirmCompressed ({ raw }: FastifyRequest, reply: FastifyReply): void {
  const tag = valueOf(reply, 'etag')
  if (!tag.startsWith('"') || raw.headers['if-none-match']?.includes(`W/${tag}`) !== true) return
  weakenTag(reply)
  addVary(reply)
}
