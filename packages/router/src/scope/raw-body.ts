import type { Readable } from 'node:stream'
import type { FastifyInstance, onRequestHookHandler, preValidationHookHandler } from 'fastify'

const ODD_TYPE = Symbol('floodgate.content-type')
/** Media types that Fastify accepts; it answers 415 to others before calling a parser. */
const MEDIA_TYPE = /^\s*[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+\s*(?:;|$)/

/**
 * Leaves the bodies of a scope unread and unchanged: the parsers and size limits of surrounding scopes do not apply.
 * Fastify runs parsers for methods with a body only: a GET's body is `request.raw`.
 */
export function leaveBodiesRaw (scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', (request, payload, done) => {
    if (payload as unknown === request.raw || request.raw.headers['content-encoding'] === undefined) done(null, payload)
    else whenReadable(payload, (error) => { done(error, payload) })
  })
}

/**
 * Waits for the first bytes of a body with which a `preParsing` hook has replaced the client's: they show whether it is
 * still coded as in `Content-Encoding`.
 */
function whenReadable (payload: Readable, done: (error: Error | null) => void): void {
  const events = ['readable', 'end', 'close', 'error'] as const
  const settle = (error?: Error): void => {
    for (const event of events) payload.off(event, settle)
    done(error instanceof Error ? error : null)
  }
  if (payload.readableLength > 0 || payload.readableEnded || payload.destroyed) { done(payload.errored); return }
  for (const event of events) payload.on(event, settle)
}

/** Hides a Content-Type that is not a media type from Fastify until {@link restoreType}: the reference accepts any. */
export const tolerateAnyType: onRequestHookHandler = function tolerateAnyType (request, _reply, done) {
  const type = request.raw.headers['content-type']
  if (type !== undefined && !MEDIA_TYPE.test(type)) {
    Object.assign(request, { [ODD_TYPE]: type })
    request.headers = { 'content-type': undefined }
  }
  done()
}

/** Restores the Content-Type that {@link tolerateAnyType} has hidden. */
export const restoreType: preValidationHookHandler = function restoreType (request, _reply, done) {
  const type = (request as { [ODD_TYPE]?: string })[ODD_TYPE]
  if (type !== undefined) request.headers = { 'content-type': type }
  done()
}

/**
 * Makes requests that match no route reach their handler: Fastify refuses some because of their Content-Type, or
 * because it is missing (QUERY).
 */
export const tolerateUnmatched: onRequestHookHandler = function tolerateUnmatched (request, _reply, done) {
  if (request.is404) {
    const type = request.raw.headers['content-type']
    if (type === undefined ? request.method === 'QUERY' : !MEDIA_TYPE.test(type)) {
      request.headers = { 'content-type': 'application/octet-stream' }
    }
  }
  done()
}
