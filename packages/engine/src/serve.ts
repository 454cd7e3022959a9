import type { FastifyRequest, RouteHandlerMethod } from 'fastify'
import { askStep, type Call, type CoreRequest, type Endpoint, type Step } from '@floodgate/core'
import { createRawAnswer, createDecodedAnswer, discard, isStream, type Render } from './answer/answer.ts'
import { createFailure, type ErrorAnswerOptions } from './answer/failure.ts'
import type { Recycle } from './exchange/passage.ts'
import { isGone, isRefused, startCall } from './start-call.ts'

/** Makes the endpoint's request of the client's; may throw a Fault. */
export type CreateCoreRequest = (request: FastifyRequest, params: Readonly<Record<string, string>>, call: Call) => CoreRequest

export interface ServeOptions {
  endpoint: Endpoint
  step: Step
  coreRequest: CreateCoreRequest
  /** Given for every endpoint whose answers are decoded; without it answers pass as they are. */
  render?: Render
  errors?: ErrorAnswerOptions
  /** How much of the endpoint's timeout a request still has, in ms, where hooks may have used some of it. Default: all. */
  timeLeft?: (request: FastifyRequest) => number
  /** Whether answers say in X-Krakend-Completed and Cache-Control what they are. Default true. */
  labels?: boolean
  /**
   * Takes back the memory of a body that came whole, when it has been written; only where no feature or override between
   * the call and here may hold it.
   */
  recycle?: Recycle
}

/**
 * Creates the Fastify handler of an endpoint: it runs the step under the endpoint's deadline, body included, and sends
 * what comes of it through `reply.send`, so that every hook works. A client that goes away ends the call.
 */
export function serve ({ endpoint, step, coreRequest, render, errors = {}, timeLeft, labels = true, recycle }: ServeOptions): RouteHandlerMethod {
  const { timeout } = endpoint
  const answer = render === undefined ? createRawAnswer(recycle) : createDecodedAnswer(endpoint, render, labels, recycle)
  const fail = createFailure(endpoint, errors, labels)

  return function serveEndpoint (request, reply) {
    const call = startCall(reply, timeLeft === undefined ? timeout : timeLeft(request))
    try {
      const core = coreRequest(request, request.params as Record<string, string>, call)
      askStep(step, core, (response) => {
        const { body } = response
        if (isGone(call)) { discard(body); reply.hijack(); return }
        // The client's own fault, found out while steps were at work: whatever they made of it, that is the answer.
        if (isRefused(call)) { discard(body); fail(call.reason, reply, call); return }
        try {
          if (response.fault !== null) fail.log(response.fault, reply)
          if (isStream(body)) {
            // It broke off before anybody read it: there is still time to say so.
            if (body.errored != null) throw body.errored
            fail.watch(body, reply)
          }
          answer(response, reply, core)
        } catch (error) {
          discard(body)
          for (const name in response.headers) reply.removeHeader(name)
          fail(error, reply, call)
        }
      }, (error: unknown) => { fail(isRefused(call) ? call.reason : error, reply, call) })
    } catch (error) {
      fail(error, reply, call)
    }
  }
}
