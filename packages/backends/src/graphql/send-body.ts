import { drainBody, type CoreRequest, type Headers, type Step } from '@floodgate/core'

/** What says how the client's body is written, and is not true of another one. */
const ofItsBody = ['content-length', 'content-encoding', 'transfer-encoding'] as const

/** Sends a body of our own instead of the client's: by POST, or by GET and then none. */
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
