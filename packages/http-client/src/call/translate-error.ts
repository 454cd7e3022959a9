import { ClientError } from './client-error.ts'
import { InvalidRequest } from '../wire/request-head.ts'
import { WireError } from '../wire/wire-error.ts'

/** What a call knows when its transport reports an error. */
interface Situation {
  /** Origin that was asked. */
  readonly origin: string
  /** The headers of the answer had come. */
  readonly answered: boolean
  /** The body of the request came as a stream, which can fail as well. */
  readonly streaming: boolean
}

const hangups = new Set(
  ['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNABORTED', 'EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN', 'FG_ERR_HTTP_CLIENT_CONNECTION_LOST']
)

/** Returns whether the other side closed the connection, or it was lost. */
export function isHangup (error: NodeJS.ErrnoException): boolean {
  return error instanceof WireError ? error.fault === 'hangup' : hangups.has(error.code ?? '') && !isClientGone(error)
}

/** Returns whether the server did not process the request. */
export function isRefused (error: NodeJS.ErrnoException): boolean {
  return error.code === 'FG_ERR_HTTP_CLIENT_STREAM_REFUSED'
}

/**
 * Converts an error of a connection or of a body to one of our reasons; returns others unchanged, such as the reason of
 * an abort.
 */
export function translateError (error: NodeJS.ErrnoException, { origin, answered, streaming }: Situation): Error {
  if (error instanceof ClientError) return error
  const code = error.code ?? ''
  const details = { cause: error }
  if (streaming && (isClientGone(error) || code === 'UND_ERR_ABORTED')) {
    return new ClientError('FG_ERR_HTTP_CLIENT_UPLOAD', 'the body of the request ended early: its sender has disconnected', details)
  }
  if (isHangup(error)) {
    return answered
      ? new ClientError(
        'FG_ERR_HTTP_CLIENT_BODY_CUT',
        `${origin} closed the connection before the body was complete: check its log`,
        details
      )
      : new ClientError('FG_ERR_HTTP_CLIENT_HANGUP', `${origin} closed the connection without an answer: check its log`, details)
  }
  if (error instanceof WireError) return describeFault(error, origin, answered)
  if (code === 'FG_ERR_HTTP_CLIENT_STREAM_RESET' || isRefused(error)) {
    return answered
      ? new ClientError('FG_ERR_HTTP_CLIENT_BODY_CUT', `${origin} ended the body early: ${error.message}; check its log`, details)
      : new ClientError('FG_ERR_HTTP_CLIENT_HANGUP', `${origin} did not answer: ${error.message}; check its log`, details)
  }
  // With TLS 1.3 a server refuses a client certificate only after the handshake.
  if (code.startsWith('ERR_SSL_')) {
    return new ClientError('FG_ERR_HTTP_CLIENT_TLS', `${origin} ended TLS: ${error.message} (${code}); check client_certs`, details)
  }
  if (error instanceof InvalidRequest || error instanceof TypeError) {
    return new ClientError('FG_ERR_HTTP_CLIENT_REQUEST', `the request to ${origin} cannot be sent: ${error.message}`, details)
  }
  if (streaming) return new ClientError('FG_ERR_HTTP_CLIENT_UPLOAD', `the body of the request could not be read: ${error.message}`, details)
  return error
}

function describeFault (error: WireError, origin: string, answered: boolean): ClientError {
  const { fault, message, cause = error } = error
  switch (fault) {
    case 'upload': return new ClientError('FG_ERR_HTTP_CLIENT_UPLOAD', message, { cause })
    case 'upload length': return new ClientError(
      'FG_ERR_HTTP_CLIENT_REQUEST',
      `the request to ${origin} cannot be sent: ${message}`,
      { cause }
    )
    case 'cut': return new ClientError(
      'FG_ERR_HTTP_CLIENT_BODY_CUT',
      `${origin} closed the connection before the body was complete: check its log`,
      { cause }
    )
    default: return answered
      ? new ClientError('FG_ERR_HTTP_CLIENT_BODY_CUT', `the body from ${origin} is not valid HTTP/1.1: ${message}`, { cause })
      : new ClientError(
        'FG_ERR_HTTP_CLIENT_BAD_RESPONSE',
        `${origin} does not answer in valid HTTP/1.1: ${message}; check that the port speaks HTTP`,
        { cause }
      )
  }
}

/**
 * Node's error for a server's request whose client has disconnected: without a system call, unlike a reset of our own
 * connection.
 */
function isClientGone (error: NodeJS.ErrnoException): boolean {
  return error.code === 'ECONNRESET' && error.syscall === undefined && error.message === 'aborted'
}
