import { LogController } from 'fastify'

/**
 * Creates the `logController` of a Fastify server with an access log: Fastify's own lines about incoming, completed and
 * unmatched requests are omitted; those about errors stay.
 */
export function createRequestLog (): LogController {
  return new ErrorsOnly()
}

class ErrorsOnly extends LogController {
  override incomingRequest (): void {}

  override routeNotFound (): void {}

  override requestCompleted (...[error, request, reply]: Parameters<LogController['requestCompleted']>): void {
    if (error) super.requestCompleted(error, request, reply)
  }

  override streamError (...[error, request, reply]: Parameters<LogController['streamError']>): void {
    // A client that disconnected has a line in the access log, with 499 or the status that was sent.
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') super.streamError(error, request, reply)
  }
}
