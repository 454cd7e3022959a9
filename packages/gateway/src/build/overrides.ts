import { stringify, type ParsedUrlQueryInput } from 'node:querystring'
import {
  describeKind, findWrongHeaders, ignoreRejection, type CoreRequest, type Exchange, type Headers, type Step,
  type StepResponse
} from '@floodgate/core'
import type { StepGuard } from '../foreign/guard-step.ts'
import type { EndpointOverrides } from '@floodgate/engine'

/** What changes the answer to the client. */
export function overrideEndpoint ({ rewriteHeaders, rewriteResponse }: EndpointOverrides, next: Step, { step: guard }: StepGuard): Step {
  let step = next
  if (rewriteHeaders !== undefined) {
    step = guard('the override rewriteHeaders', step, (inner) => async function rewriteAnswerHeaders (request: CoreRequest) {
      const response = await inner(request)
      try {
        response.headers = checkHeaders(rewriteHeaders(response.headers, request.incoming))
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
export function overrideBackend ({ getUpstream, queryString }: EndpointOverrides, next: Step, { step: guard }: StepGuard): Step {
  let step = next
  if (queryString !== undefined) {
    step = guard('the override queryString', step, (inner) => function overrideQuery (request: CoreRequest) {
      const [path = '', search] = request.target.split(/(?=\?)/)
      const query = readQuery(
        typeof queryString === 'function'
          ? queryString(search, request.incoming.raw.url!, request.incoming)
          : stringify(queryString as ParsedUrlQueryInput)
      )
      request.target = query === '' ? path : `${path}?${query}`
      return inner(request)
    })
  }
  if (getUpstream !== undefined) {
    step = guard('the override getUpstream', step, (inner) => function overrideUpstream (request: CoreRequest) {
      request.origin = readOrigin(getUpstream(request.incoming, request.origin))
      return inner(request)
    })
  }
  return step
}

/** What changes the request to a backend. */
export function overrideExchange (
  { rewriteRequestHeaders, method, body, contentType }: EndpointOverrides,
  next: Exchange,
  { exchange: guard }: StepGuard
): Exchange {
  let exchange = next
  if (rewriteRequestHeaders !== undefined) {
    exchange = guard('the override rewriteRequestHeaders', exchange, (inner) => function overrideRequestHeaders (request: CoreRequest) {
      request.headers = checkHeaders(rewriteRequestHeaders(request.incoming, { ...request.headers }))
      return inner(request)
    })
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

function readQuery (given: unknown): string {
  ignoreRejection(given)
  if (given === undefined || given === null) return ''
  if (typeof given !== 'string' || !/^[\x21-\x7e]*$/.test(given)) {
    throw new TypeError(
      `it gave ${typeof given === 'string' ? JSON.stringify(given.slice(0, 200)) : describeKind(given)}: a query, encoded, is expected`
    )
  }
  return given
}

function readOrigin (given: unknown): string {
  ignoreRejection(given)
  if (typeof given !== 'string' || !/^https?:\/\//i.test(given) || !URL.canParse(given)) {
    throw new TypeError(
      `it gave ${typeof given === 'string' ? JSON.stringify(given.replace(/\/\/[^/@]*@/, '//')) : describeKind(given)}: expected the origin to call, such as "http://api:8080"`
    )
  }
  return new URL(given).origin
}

function checkHeaders (headers: Headers): Headers {
  ignoreRejection(headers)
  // A copy of the request: what a function makes that takes its parameters the other way round.
  if (typeof headers === 'object' && headers !== null && 'raw' in headers && 'log' in headers) {
    throw new TypeError('it gave the request: its parameters are (request, headers)')
  }
  const wrong = findWrongHeaders(headers)
  if (wrong !== null) throw new TypeError(`it ${wrong}`)
  return headers
}

/** Discards a body that will not be read. */
function discard ({ body }: Pick<StepResponse, 'body'>): void {
  if (body !== null && !Buffer.isBuffer(body)) body.on('error', () => {}).destroy()
}
