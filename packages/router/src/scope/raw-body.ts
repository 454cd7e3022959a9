import type { Readable } from 'node:stream'
import type { FastifyInstance, onRequestHookHandler, preValidationHookHandler } from 'fastify'

const ODD_TYPE = Symbol('floodgate.content-type')
/** What Fastify takes for a media type; it answers 415 to others before any parser is asked. */
const MEDIA_TYPE = /^\s*[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+\s*(?:;|$)/

/**
 * Leaves the bodies of a scope unread, byte for byte as they arrive: the parsers of surrounding scopes do not count, and
 * no size limit does. Fastify runs parsers for methods with a body only: a GET's body is `request.raw`.
 */
export function leaveBodiesRaw (scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', (request, payload, done) => {
    if (payload as unknown === request.raw || request.raw.headers['content-encoding'] === undefined) done(null, payload)
    else whenReadable(payload, (error) => { done(error, payload) })
  })
}

/**
 * Waits for the first bytes of a body that a `preParsing` hook has put in the place of the client's: whether they are still
 * coded as `Content-Encoding` says is not known before.
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

/** Hides a Content-Type that is no media type from Fastify until {@link restoreType}: to the reference any will do. */
export const tolerateAnyType: onRequestHookHandler = function tolerateAnyType (request, _reply, done) {
  const type = request.raw.headers['content-type']
  if (type !== undefined && !MEDIA_TYPE.test(type)) {
    Object.assign(request, { [ODD_TYPE]: type })
    request.headers = { 'content-type': undefined }
  }
  done()
}

/** Shows the Content-Type again that {@link tolerateAnyType} has hidden. */
export const restoreType: preValidationHookHandler = function restoreType (request, _reply, done) {
  const type = (request as { [ODD_TYPE]?: string })[ODD_TYPE]
  if (type !== undefined) request.headers = { 'content-type': type }
  done()
}

/** Has requests that match no route reach the handler for these: Fastify refuses some by their Content-Type, or for having none (QUERY). */
export const tolerateUnmatched: onRequestHookHandler = function tolerateUnmatched (request, _reply, done) {
  if (request.is404) {
    const type = request.raw.headers['content-type']
    if (type === undefined ? request.method === 'QUERY' : !MEDIA_TYPE.test(type)) request.headers = { 'content-type': 'application/octet-stream' }
  }
  done()
}
