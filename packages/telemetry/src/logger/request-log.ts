import { LogController } from 'fastify'

/**
 * Creates what a Fastify server takes as its `logController` when it has an access log: Fastify's own lines about
 * requests that came, went and matched nothing are left out; those about errors stay.
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
    // A client that went away has its line, with 499 or the status it had got.
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') super.streamError(error, request, reply)
  }
}
