import { IncomingMessage } from 'node:http'
import { Http2ServerRequest, type Http2ServerResponse } from 'node:http2'
import { cutHttp2Later } from '@floodgate/core'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { awaitEarlyAnswer, bringsBody } from './early-answer.ts'
import { awaitEarlyAnswerHttp2 } from './early-answer-http2.ts'
import { hold, mustWait } from './pipelining.ts'
import { checkRequest, checkHttp2Request, receives } from './receive.ts'
import type { Refusal } from './refusal.ts'

// eslint-disable-next-line no-restricted-syntax -- scopes, not requests
const guarded = new WeakSet<FastifyInstance>()

/**
 * Applies the rules of the gateway's own listener to the requests of a scope: one at a time per connection, a validated
 * Host, early responses that reach the client. For a scope of a host's server, whose other routes keep Node's
 * behaviour; does nothing on the gateway's own server. Call it before other hooks are added.
 */
export function guardScope (scope: FastifyInstance): void {
  if (isGuarded(scope) || receives(scope.server)) return
  guarded.add(scope)
  scope.addHook('onRequest', function receiveInScope (request, reply, done) {
    const { raw } = request
    const response = reply.raw
    if (raw instanceof Http2ServerRequest) {
      cutHttp2Later(response as unknown as Http2ServerResponse)
      const refusal = checkHttp2Request(raw)
      awaitEarlyAnswerHttp2(raw)
      if (refusal === null) done()
      else refuseIn(reply, refusal)
      return
    }
    // Requests of `inject` have no connection.
    if (!(raw instanceof IncomingMessage)) { done(); return }
    const take = (): void => {
      const refusal = checkRequest(raw, response)
      if (bringsBody(raw)) awaitEarlyAnswer(raw, response)
      if (refusal === null) done()
      else refuseIn(reply, refusal)
    }
    if (mustWait(response)) hold(raw, response, take)
    else take()
  })
}

function refuseIn (reply: FastifyReply, { status, text }: Refusal): void {
  if (reply.request.raw.httpVersionMajor === 1) reply.header('connection', 'close')
  reply.code(status).header('content-type', 'text/plain; charset=utf-8').send(Buffer.from(text))
}

/** Whether the hook is there: a scope inherits those of the scopes around it. */
function isGuarded (scope: FastifyInstance): boolean {
  for (let around: FastifyInstance | null = scope; around !== null; around = Object.getPrototypeOf(around) as FastifyInstance | null) {
    if (guarded.has(around)) {
      return true
    }
  }
  return false
}
