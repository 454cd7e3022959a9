import { Http2ServerResponse } from 'node:http2'
import type { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import { cutHttp2Later, Fault, findWrongHeaders, noteFailure, withoutQuery, type Call, type Endpoint } from '@floodgate/core'
import { diagnose } from '@floodgate/http-client'
import type { Schema } from '@floodgate/settings'
import { closeAfterEarlyAnswer, setStatus } from './answer.ts'
import { isGone } from '../start-call.ts'

/** What a failure response contains. */
export interface ErrorAnswerOptions {
  /** Sends the error's public message, or its response (`router.return_error_msg`). Default: an empty body. */
  showErrorText?: boolean
  /** Sends the error's full detail, including hosts and paths. For development only. Default false. */
  showInternals?: boolean
  /** Answers 504 for a deadline and 502 for a failed backend, instead of the reference's 500. Default false. */
  semanticErrors?: boolean
}

/** Their schemas, for the options of a plugin. */
export const errorAnswerOptions = {
  showErrorText: { type: 'boolean' },
  showInternals: { type: 'boolean' },
  semanticErrors: { type: 'boolean' }
} as const satisfies Record<keyof ErrorAnswerOptions, Schema>

/** Answers an endpoint's failed request, and logs why. */
export interface Failure {
  (error: unknown, reply: FastifyReply, call: Call): void
  /** Logs the failure of a part of the response. */
  log (error: unknown, reply: Pick<FastifyReply, 'log' | 'raw'>): void
  /**
   * Logs why a response's body ended early, and makes the client notice it; discards a body that a hook replaced.
   */
  watch (body: Readable, reply: FastifyReply, /** null = nothing to log */ toFault?: (error: Error) => unknown): void
}

/** @param labels whether an error response has X-Krakend-Completed */
export function createFailure (
  endpoint: Endpoint,
  { showErrorText = false, showInternals = false, semanticErrors = false }: ErrorAnswerOptions,
  labels = true
): Failure {
  const [only, ...more] = endpoint.backends
  // Without the query, which may contain keys.
  const place = {
    endpoint: `${endpoint.method} ${endpoint.path}`,
    ...(more.length === 0 && { backend: withoutQuery(only.urlPattern) })
  }

  function fail (error: unknown, reply: FastifyReply, call: Call): void {
    const fault = error instanceof Fault ? error : toFault(error)
    log(fault, reply)
    if (isGone(call)) { reply.hijack(); return }
    if (reply.raw.headersSent) { reply.raw.destroy(); return }
    try {
      dropWrongHeaders(reply)
      send(fault, reply)
    } catch (error) {
      // It can only be logged.
      reply.log.error({ ...place, err: error }, 'error response cannot be sent')
      reply.hijack()
      reply.raw.destroy()
    }
  }

  function send (fault: Fault, reply: FastifyReply): void {
    reply.removeHeader('content-type')
    if (labels) reply.header('x-krakend-completed', 'false')
    setStatus(reply, semanticErrors ? semanticStatus(fault) : fault.status)
    closeAfterEarlyAnswer(reply)
    if (showInternals) reply.type('text/plain; charset=utf-8').send(fault.detail)
    else if ((!showErrorText && fault.answer?.always !== true) || fault.answer?.contentType === '') reply.send(undefined)
    else if (fault.answer === null) reply.type('text/plain; charset=utf-8').send(fault.message)
    // As bytes: Fastify would add a charset to the type of a string.
    else reply.type(fault.answer.contentType).send(Buffer.from(fault.answer.body))
  }

  function log (error: unknown, reply: Pick<FastifyReply, 'log' | 'raw'>): void {
    if (!(error instanceof Fault)) reply.log.error({ ...place, err: error }, 'endpoint failed')
    else if (error.code === unexpected) reply.log.error({ ...place, err: error.cause }, 'endpoint failed unexpectedly')
    else if (error.kind === 'foreign') {
      reply.log.error(
        { ...place, code: error.code, ...error.cause !== undefined && { err: error.cause } },
      `endpoint failed: ${error.detail}`
      )
    } else if (error.kind !== 'abort') {
      // As in the reference, a failed backend is logged at level ERROR. Client errors are not.
      const level = error.kind === 'request' ? 'warn' : 'error'
      reply.log[level]({ ...place, ...describeFault(error) }, 'endpoint failed')
      noteFailure(reply.raw, error.detail)
    }
  }

  function watch (body: Readable, reply: FastifyReply, toFault = (error: Error): unknown => error): void {
    reply.raw.once('close', () => { body.destroy() })
    // Fastify destroys the response.
    if (reply.raw instanceof Http2ServerResponse) cutHttp2Later(reply.raw)
    body.once('error', (error) => {
      const fault = toFault(error)
      if (fault !== null) log(fault, reply)
    })
  }

  return Object.assign(fail, { log, watch })
}

const unexpected = 'FG_ERR_PROXY_UNEXPECTED'

/** A hook's header that cannot be sent would make every response fail. */
function dropWrongHeaders (reply: FastifyReply): void {
  for (const [name, value] of Object.entries(reply.getHeaders())) if (findWrongHeaders({ [name]: value }) !== null) reply.removeHeader(name)
}

/** Returns the log fields of a fault: for a failed call also its phase, its cause, and what to do. */
function describeFault (fault: Fault): Record<string, string> {
  const { code, kind, detail } = fault
  const diagnosis = kind === 'backend' || kind === 'deadline' ? diagnose(fault) : null
  if (diagnosis === null) return { code, kind, detail }
  const { stage, cause, sentence } = diagnosis
  // Without a cause, the detail is complete.
  return { code, kind, stage, ...cause !== null && { cause, advice: sentence }, detail }
}

function semanticStatus ({ status, kind }: Fault): number {
  if (status !== 500) return status
  return kind === 'deadline' ? 504 : kind === 'backend' ? 502 : 500
}

/** An error that is not a Fault is a bug, unless it is marked as a client error (Fastify's `statusCode`). */
function toFault (error: unknown): Fault {
  const { statusCode, code } = (error ?? {}) as { statusCode?: unknown, code?: unknown }
  if (error instanceof Error && typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) {
    return new Fault(
      'request',
      typeof code === 'string' ? code : 'FG_ERR_PROXY_REQUEST',
      error.message,
      { status: statusCode, cause: error }
    )
  }
  return new Fault('request', unexpected, 'internal error', { cause: error })
}
