import type { IncomingMessage, ServerResponse } from 'node:http'

type Reading = IncomingMessage & { _read (size: number): void }

/** Requests whose client waits for a 100 that has not been sent. */
// eslint-disable-next-line no-restricted-syntax -- by request: none can reach another's
const waiting = new WeakSet<object>()

/**
 * Sends `100 Continue` when the body of a request with `Expect: 100-continue` is first read: a client that is refused
 * before that does not send it. Works for HTTP/1 and HTTP/2.
 */
export function continueWhenRead (request: IncomingMessage, response: ServerResponse): void {
  const reading = request as Reading
  const { _read: read } = reading
  waiting.add(request)
  // Node closes every connection on which it has not sent the 100 itself; see `waitsForContinue`.
  Object.assign(response, { _expect_continue: false })
  reading._read = function readContinued (size) {
    reading._read = read
    // A body that was sent without waiting is complete before it is read.
    if (!request.complete && !response.headersSent) {
      waiting.delete(request)
      response.writeContinue()
    }
    read.call(request, size)
  }
}

/** Returns whether it is unknown if a client will send its announced body, so that the meaning of its next bytes is unknown. */
export function waitsForContinue (request: IncomingMessage): boolean {
  return waiting.has(request)
}
