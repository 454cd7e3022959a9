import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { redirectNote, type Service } from '@floodgate/core'
import { writeGoJson } from '@floodgate/go/json'
import { receives } from '../front/receive.ts'
import type { HostLookup } from '../table/host-lookup.ts'
import { createRewriteAddress } from '../table/path-rewrite.ts'
import type { Match } from '../table/route-tree.ts'
import { sendTo, wasSent } from './routed.ts'
import { routerSettings } from '../router-settings.ts'

export interface UnmatchedOptions {
  readonly lookup: HostLookup
  /** Prefix of all paths, without a trailing slash. */
  readonly prefix: string
}

interface Answer { readonly type: string, readonly body: Buffer }

/**
 * Creates the handler of requests that match no Fastify route: they are served by the endpoint that the reference would
 * choose, redirected to the corrected path, or answered 405 or 404 (KrakenD page "Router options"; `error_body` of the
 * service sets the bodies).
 *
 * An endpoint found this way runs with all hooks of its route: the request passes Fastify's router again with a
 * matching address. Hooks of the surrounding scopes have run for the first address by then, and run again.
 */
export function createUnmatched (
  scope: FastifyInstance,
  service: Service,
  { lookup, prefix }: UnmatchedOptions
): (request: FastifyRequest, reply: FastifyReply) => void {
  const { error_body: bodies = {} } = routerSettings(service) as { error_body?: Readonly<Record<string, unknown>> }
  const notFound = answerOf(bodies['404'], '404 page not found')
  const notAllowed = answerOf(bodies['405'], '405 method not allowed')
  // On the gateway's own server, `rewriteUrl` has done this.
  const rewrite = receives(scope.server) ? (url: string) => url : createRewriteAddress(service, prefix)

  return function unmatched (request, reply) {
    const { raw } = request
    const finding = wasSent(raw) ? null : lookup(raw, rewrite(raw.url!))
    switch (finding?.kind) {
      case 'route': rerun(scope, request, reply, { ...finding, prefix }); return
      case 'redirect': redirect(request, reply, finding.status, finding.location); return
      case 'method': send(reply.code(405).header('allow', finding.allow), notAllowed); return
      case 'server': reply.code(200).send(); return
      case 'malformed': reply.code(400).header('content-type', 'text/plain; charset=utf-8').send(Buffer.from('400 Bad Request')); return
      default: send(reply.code(404), notFound)
    }
  }
}

/** Lets a request pass Fastify's router again, with the address of a route that was found for it. */
export function rerun (
  scope: FastifyInstance,
  { raw }: FastifyRequest,
  reply: FastifyReply,
  { match, query, prefix }: { readonly match: Match, readonly query: string, readonly prefix: string }
): void {
  reply.hijack()
  const url = raw.url!
  raw.url = sendTo(raw, match, prefix, query)
  // Read by `request.originalUrl`; a server with a rewriteUrl sets it itself.
  Object.assign(raw, { originalUrl: url })
  scope.routing(raw, reply.raw)
}

function answerOf (body: unknown, text: string): Answer {
  return body === undefined
    ? { type: 'text/plain', body: Buffer.from(text) }
    : { type: 'application/json; charset=utf-8', body: Buffer.from(writeGoJson(body)) }
}

function send (reply: FastifyReply, { type, body }: Answer): void {
  reply.header('content-type', type).header('x-krakend-completed', 'false').send(body)
}

/** As Go's http.Redirect: a short HTML note for GET requests. */
function redirect (request: FastifyRequest, reply: FastifyReply, status: 301 | 307, location: string): void {
  reply.code(status).header('location', location)
  if (request.raw.method !== 'GET') { reply.send(); return }
  reply.header('content-type', 'text/html; charset=utf-8').send(redirectNote(status, location))
}
