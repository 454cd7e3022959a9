import { drainBody, type CoreRequest, type Headers, type Step } from '@floodgate/core'

/** Headers that describe the client's body and do not apply to another one. */
const ofItsBody = ['content-length', 'content-encoding', 'transfer-encoding'] as const

/** Replaces the client's body: by POST, or without a body by GET. */
export function sendBody (next: Step, viaGet: boolean, make: (request: CoreRequest) => Buffer | Promise<Buffer>): Step {
  const send = (request: CoreRequest, body: Buffer) => {
    const headers: Headers = { ...request.headers, 'content-type': 'application/json' }
    for (const name of ofItsBody) delete headers[name]
    request.headers = headers
    request.method = viaGet ? 'GET' : 'POST'
    drainBody(request.body)
    request.body = viaGet ? null : body
    return next(request)
  }
  return function sendOperation (request) {
    const body = make(request)
    return Buffer.isBuffer(body) ? send(request, body) : body.then((body) => send(request, body))
  }
}
