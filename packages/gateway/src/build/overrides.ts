import { stringify, type ParsedUrlQueryInput } from 'node:querystring'
import { prepareStep, type CoreRequest, type Exchange, type Step, type StepResponse } from '@floodgate/core'
import type { StepGuard } from '../foreign/guard-step.ts'
import type { EndpointOverrides } from '@floodgate/engine'

/** What changes the answer to the client. */
export function overrideEndpoint ({ rewriteHeaders, rewriteResponse }: EndpointOverrides, next: Step, { step: guard }: StepGuard): Step {
  let step = next
  if (rewriteHeaders !== undefined) {
    step = guard('the override rewriteHeaders', step, (inner) => async function rewriteAnswerHeaders (request: CoreRequest) {
      const response = await inner(request)
      try {
        response.headers = rewriteHeaders(response.headers, request.incoming)
      } catch (error) {
        discard(response)
        throw error
      }
      return response
    })
  }
  if (rewriteResponse !== undefined) {
    step = guard('the override rewriteResponse', step, (inner) => async function overrideResponse (request: CoreRequest) {
      const response = await inner(request)
      const { body } = response
      try {
        return await rewriteResponse(response, request.incoming)
      } catch (error) {
        discard({ body })
        throw error
      }
    })
  }
  return step
}

/** What changes the host, and the query, that is called. */
export function overrideBackend ({ getUpstream, queryString }: EndpointOverrides, next: Step): Step {
  if (getUpstream === undefined && queryString === undefined) return next
  return prepareStep(function overrideAddress (request) {
    if (getUpstream !== undefined) request.origin = new URL(getUpstream(request.incoming, request.origin)).origin
    if (queryString !== undefined) {
      const [path = '', search] = request.target.split(/(?=\?)/)
      const query = typeof queryString === 'function'
        ? queryString(search, request.incoming.raw.url!, request.incoming)
        : stringify(queryString as ParsedUrlQueryInput)
      request.target = query ? `${path}?${query}` : path
    }
  }, next)
}

/** What changes the request to a backend. */
export function overrideExchange ({ rewriteRequestHeaders, method, body, contentType }: EndpointOverrides, next: Exchange): Exchange {
  const exchange: Exchange = rewriteRequestHeaders === undefined
    ? next
    : async function overrideRequestHeaders (request) {
      request.headers = rewriteRequestHeaders(request.incoming, { ...request.headers })
      return next(request)
    }
  return method === undefined && body === undefined ? exchange : replaceRequest(exchange, method, body, contentType)
}

/** As reply-from does it: without a content type the body is written as JSON. */
function replaceRequest (next: Exchange, method: string | undefined, body: unknown, contentType: string | undefined): Exchange {
  const bytes = body === undefined || body === null ? null : Buffer.from(contentType === undefined ? JSON.stringify(body) : String(body))
  return function exchangeReplaced (request) {
    request.method = method ?? request.method
    if (body !== undefined) {
      const { 'content-type': _type, 'content-length': _length, 'content-encoding': _encoding, ...headers } = request.headers
      request.headers = bytes === null ? headers : { ...headers, 'content-type': contentType ?? 'application/json' }
      request.body = bytes
    }
    return next(request)
  }
}

/** Discards a body that will not be read. */
function discard ({ body }: Pick<StepResponse, 'body'>): void {
  if (body !== null && !Buffer.isBuffer(body)) body.on('error', () => {}).destroy()
}
