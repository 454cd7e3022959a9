import type { IncomingMessage, ServerResponse } from 'node:http'

type Reading = IncomingMessage & { _read (size: number): void }

/** Requests whose client waits for a 100 that has not been sent. */
// eslint-disable-next-line no-restricted-syntax -- by request: none can reach another's
const waiting = new WeakSet<object>()

/**
 * Sends `100 Continue` when somebody first reads the body of a request with `Expect: 100-continue`: a client that is
 * refused before is not asked for it. Works for HTTP/1 and HTTP/2.
 */
export function continueWhenRead (request: IncomingMessage, response: ServerResponse): void {
  const reading = request as Reading
  const { _read: read } = reading
  waiting.add(request)
  // Node closes every connection on which it has not sent the 100 itself; see `waitsForContinue`.
  Object.assign(response, { _expect_continue: false })
  reading._read = function readContinued (size) {
    reading._read = read
    // A body that came without waiting is whole before anybody asks for it.
    if (!request.complete && !response.headersSent) {
      waiting.delete(request)
      response.writeContinue()
    }
    read.call(request, size)
  }
}

/** Whether a client may or may not send the body it has announced: nobody can know what its next bytes are. */
export function waitsForContinue (request: IncomingMessage): boolean {
  return waiting.has(request)
}
