import { DecodedResponse, withoutQuery, type Backend, type BackendResponse, type CoreRequest, type Fault, type StepResponse } from '@floodgate/core'
import { badStatus } from './errors.ts'
import { discard, readAnswer } from './read-body.ts'
import type { BackendHttpSettings } from './settings.ts'

/** Handles a response whose status is neither 200 nor 201: rejects with a Fault, or reports the failure as a document. */
export type Refuse = (answer: BackendResponse, request: CoreRequest) => Promise<StepResponse>

/** Go detects text by the first bytes if a backend sends no content type; here text is assumed. */
const NO_TYPE = 'text/plain; charset=utf-8'

/**
 * Creates the handling of a status that is not a success (KrakenD page "Status codes"): by default the failure is not
 * shown to the client, `return_error_code` passes on status and body, `return_error_details` converts them to a
 * document.
 */
export function createRefuse (backend: Pick<Backend, 'method' | 'urlPattern' | 'extra'>): Refuse {
  const { return_error_details: name, return_error_code: code = false } = (backend.extra['backend/http'] ?? {}) as BackendHttpSettings
  // Without the query, which may carry a secret of the configuration.
  const what = `[${backend.method} ${withoutQuery(backend.urlPattern)}]`
  const describe = (answer: BackendResponse, request: CoreRequest, rest?: Parameters<typeof badStatus>[2]): Fault => {
    const message = `invalid status code ${answer.status} ${what}`
    return badStatus(message, `${message}: ${request.origin}${withoutQuery(request.target)}`, rest)
  }
  if (name !== undefined && name !== '') {
    return async (answer) => {
      const body = await readFailure(answer)
      const type = typeOf(answer)
      return new DecodedResponse({
        [`error_${name}`]: {
          http_status_code: answer.status,
          ...(body.length > 0 && { http_body: body.toString() }),
          ...(type !== '' && { http_body_encoding: type })
        }
      }, false)
    }
  }
  if (name === undefined && code) {
    return async (answer, request) => {
      const body = await readFailure(answer)
      throw describe(answer, request, { status: answer.status, answer: { body, contentType: typeOf(answer) || NO_TYPE } })
    }
  }
  return async (answer, request) => {
    discard(answer.body)
    throw describe(answer, request)
  }
}

/** A failure whose body cannot be read is reported without it. */
async function readFailure (answer: BackendResponse): Promise<Buffer> {
  try {
    return await readAnswer(answer)
  } catch {
    return Buffer.alloc(0)
  }
}

function typeOf ({ headers }: BackendResponse): string {
  const type = headers['content-type']
  return (Array.isArray(type) ? type[0] : type) ?? ''
}
