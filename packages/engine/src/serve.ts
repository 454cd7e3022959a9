import type { FastifyRequest, RouteHandlerMethod } from 'fastify'
import { askStep, type Call, type CoreRequest, type Endpoint, type Step } from '@floodgate/core'
import { createRawAnswer, createDecodedAnswer, discard, isStream, type Render } from './answer/answer.ts'
import { createFailure, type ErrorAnswerOptions } from './answer/failure.ts'
import type { EndpointOverrides } from './embedding/endpoint-overrides.ts'
import { createHandOver, overrideFailure } from './embedding/hand-over.ts'
import { createHandedAnswer } from './embedding/handed-answer.ts'
import type { Recycle } from './exchange/passage.ts'
import { isGone, isRefused, startCall } from './start-call.ts'

/** Converts the client's request to the endpoint's; may throw a Fault. */
export type CreateCoreRequest = (request: FastifyRequest, params: Readonly<Record<string, string>>, call: Call) => CoreRequest

export interface ServeOptions {
  endpoint: Endpoint
  step: Step
  coreRequest: CreateCoreRequest
  /** Required for every endpoint whose responses are decoded; without it responses are passed on unchanged. */
  render?: Render
  errors?: ErrorAnswerOptions
  /** Returns how much of the endpoint's timeout a request has left, in ms, if hooks may have used some of it. Default: all. */
  timeLeft?: (request: FastifyRequest) => number
  /** Whether responses have X-Krakend-Completed and Cache-Control. Default true. */
  labels?: boolean
  /**
   * Releases the memory of a complete body after it was written; only if no feature or override between the call and
   * here may keep it.
   */
  recycle?: Recycle
  /** Sends the answers in place of the engine. */
  onResponse?: EndpointOverrides['onResponse']
  /** Answers requests that failed in place of the engine. */
  onError?: EndpointOverrides['onError']
}

/**
 * Creates the Fastify handler of an endpoint: it runs the step with the endpoint's deadline, including the body, and
 * sends the result with `reply.send`, so that all hooks run. A client that disconnects ends the call.
 */
export function serve ({
  endpoint,
  step,
  coreRequest,
  render,
  errors = {},
  timeLeft,
  labels = true,
  recycle,
  onResponse,
  onError
}: ServeOptions): RouteHandlerMethod {
  const { timeout } = endpoint
  const where = `${endpoint.method} ${endpoint.path}`
  const failure = createFailure(endpoint, errors, labels)
  const fail = overrideFailure(failure, onError, where)
  const answer = onResponse !== undefined
    ? createHandedAnswer(endpoint, render, labels, createHandOver(onResponse, where, failure))
    : render === undefined ? createRawAnswer(recycle) : createDecodedAnswer(endpoint, render, labels, recycle)

  return function serveEndpoint (request, reply) {
    const call = startCall(reply, timeLeft === undefined ? timeout : timeLeft(request))
    try {
      const core = coreRequest(request, request.params as Record<string, string>, call)
      askStep(step, core, (response) => {
        const { body } = response
        if (isGone(call)) { discard(body); reply.hijack(); return }
        // A client error found while steps were running is the response, regardless of their result.
        if (isRefused(call)) { discard(body); fail(call.reason, reply, call); return }
        try {
          if (response.fault !== null) fail.log(response.fault, reply)
          if (isStream(body)) {
            // It ended before it was read: an error response is still possible.
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
