import type { FastifyReply } from 'fastify'
import { Fault, foreignFault, isThenable, toForeignFault, type Call } from '@floodgate/core'
import type { Failure } from '../answer/failure.ts'
import type { EndpointOverrides, OverriddenAnswer } from './endpoint-overrides.ts'

/** How long an `onError` of the host's may take to answer, in ms. */
const patience = 1_000

/** Leaves an answer to the host's code, which must have sent it when the endpoint's timeout is over. */
export type HandOver = (reply: FastifyReply, answer: OverriddenAnswer, call: Call) => void

/**
 * Creates what calls an `onResponse`. What it throws, or does not do in time, is a failure that names it.
 *
 * @param where the endpoint: `GET /users/{id}`
 */
export function createHandOver (onResponse: NonNullable<EndpointOverrides['onResponse']>, where: string, fail: Failure): HandOver {
  const foreign = { who: 'the override onResponse', where }
  return function handOver (reply, answer, call) {
    const refuse = (fault: unknown): void => {
      // They tell of a body that is not sent.
      if (!reply.sent) for (const name in answer.headers) reply.removeHeader(name)
      fail(fault, reply, call)
    }
    const look = (given: unknown): void => {
      if (given !== undefined && given !== reply && !reply.sent) {
        refuse(
          foreignFault(
            foreign,
            'returned something in place of sending the answer: call reply.send(response.stream); its parameters are (request, reply, response)'
          )
        )
      }
    }
    call.listen((reason) => {
      if (reason.kind === 'deadline' && !reply.sent) refuse(foreignFault(foreign, 'had not answered when the timeout was over', reason))
    })
    try {
      const given = onResponse(reply.request, reply, answer)
      // A reply can be waited for, too.
      if (given !== reply && isThenable(given)) given.then(look, (thrown: unknown) => { refuse(toForeignFault(foreign, thrown)) })
      else look(given)
    } catch (thrown) {
      refuse(toForeignFault(foreign, thrown))
    }
  }
}

/**
 * Makes a failure that leaves answers to the host's `onError`, but for those to clients that have left, and for
 * mistakes of the host's own code.
 */
export function overrideFailure (fail: Failure, onError: EndpointOverrides['onError'], where: string): Failure {
  if (onError === undefined) return fail
  const foreign = { who: 'the override onError', where }
  function failOverridden (error: unknown, reply: FastifyReply, call: Call): void {
    if (!(error instanceof Fault) || error.kind === 'abort' || error.kind === 'foreign' || reply.sent) { fail(error, reply, call); return }
    fail.log(error, reply)
    const refuse = (thrown: unknown): void => { fail(toForeignFault(foreign, thrown), reply, call) }
    try {
      const later: unknown = onError!(reply, { error })
      if (later !== reply && isThenable(later)) later.then(undefined, refuse)
      if (reply.sent) return
      const timer = setTimeout(
        () => { if (!reply.sent) fail(foreignFault(foreign, `had not answered after ${patience} ms`), reply, call) },
        patience
      )
      reply.raw.once('close', () => { clearTimeout(timer) })
    } catch (thrown) {
      refuse(thrown)
    }
  }
  return Object.assign(failOverridden, { log: fail.log, watch: fail.watch })
}
