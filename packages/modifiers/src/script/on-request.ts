import type { FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify'
import { answerEarly, Call, Fault } from '@floodgate/core'
import { Context, type ContextParts } from './values/context.ts'
import { rawAnswer, readAnswerOf, type Answer } from './values/answer.ts'
import { IncomingRequest } from './values/incoming-request.ts'
import type { ScriptCall } from './errors.ts'
import type { Phases } from './module/shape.ts'
import { runPhase } from './run-phase.ts'

export interface OnRequestOptions {
  readonly where: ScriptCall
  readonly parts: ContextParts
  /** Most bytes of a body to hold. */
  readonly limit: number
  /** ms that the function may take. */
  readonly timeout: number
  /** Takes what the function has put into the state. */
  keep (request: FastifyRequest, state: Record<string, unknown>): void
}

/** Runs the function `incoming` of a script before a request is handled. */
export function onRequest (incoming: NonNullable<Phases['incoming']>, { where, parts, limit, timeout, keep }: OnRequestOptions): onRequestHookHandler {
  return function runScript (request, reply, done) {
    const call = new Call(timeout)
    const onClose = (): void => { call.cancel(new Fault('abort', 'FG_ERR_ABORT', 'the client disconnected')) }
    reply.raw.once('close', onClose)
    const finish = (): void => {
      reply.raw.off('close', onClose)
      call.finish()
    }
    const context = new Context(parts, request, call)
    const shown = new IncomingRequest(request, limit, timeout)
    runPhase(where, 'incoming', call, () => incoming(shown, context), (returned) => {
      const answer = readAnswerOf(returned)
      if (answer === null) shown.apply()
      finish()
      if (context.keptState !== null) keep(request, context.keptState)
      if (answer === null) done()
      else send(request, reply, answer)
    }, (fault) => {
      finish()
      refuse(request, reply, fault, where)
    })
  }
}

function send (request: FastifyRequest, reply: FastifyReply, answer: Answer): void {
  const { headers, body } = rawAnswer(answer)
  reply.headers(headers)
  answerEarly(request, reply, answer.status, body ?? undefined)
}

function refuse (request: FastifyRequest, reply: FastifyReply, thrown: unknown, { where }: ScriptCall): void {
  const fault = thrown as Fault
  if (fault.kind === 'abort') { reply.hijack(); return }
  const level = fault.kind === 'request' ? 'warn' : 'error'
  request.log[level]({ endpoint: where, code: fault.code, ...fault.cause !== undefined && { err: fault.cause } }, `request refused: ${fault.detail}`)
  reply.header('x-krakend-completed', 'false')
  if (fault.answer !== null) reply.type(fault.answer.contentType)
  answerEarly(request, reply, fault.status, fault.answer === null ? undefined : Buffer.from(fault.answer.body))
}
