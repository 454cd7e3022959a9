import { ClientError } from './client-error.ts'

/** What a call knows when undici reports an error. */
interface Situation {
  /** Origin that was asked. */
  readonly origin: string
  /** The headers of the answer had come. */
  readonly answered: boolean
  /** The body of the request came as a stream, which can fail as well. */
  readonly streaming: boolean
}

const hangups = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNABORTED', 'EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN', 'UND_ERR_INFO', 'FG_ERR_HTTP_CLIENT_CONNECTION_LOST'])
const invalidRequests = new Set(['UND_ERR_INVALID_ARG', 'UND_ERR_NOT_SUPPORTED', 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH'])
const closed = new Set(['UND_ERR_DESTROYED', 'UND_ERR_CLOSED'])

/** Says whether the other side closed the connection, or it was lost. */
export function isHangup (error: NodeJS.ErrnoException): boolean {
  return hangups.has(error.code ?? '') && !isMisbehaviour(error) && !isClientGone(error)
}

/** Says whether the server did not even look at the request. */
export function isRefused (error: NodeJS.ErrnoException): boolean {
  return error.code === 'FG_ERR_HTTP_CLIENT_STREAM_REFUSED'
}

/** Gives an error of undici or of a socket a code of ours; leaves alone what is neither, like the reason of an abort. */
export function translateError (error: NodeJS.ErrnoException, { origin, answered, streaming }: Situation): Error {
  if (error instanceof ClientError) return error
  const code = error.code ?? ''
  const details = { cause: error }
  if (streaming && (isClientGone(error) || code === 'UND_ERR_ABORTED')) {
    return new ClientError('FG_ERR_HTTP_CLIENT_UPLOAD', 'the body of the request ended early: whoever sent it went away', details)
  }
  if (isHangup(error) || code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH' || (isParserError(error) && error.message.includes('EOF'))) {
    return answered
      ? new ClientError('FG_ERR_HTTP_CLIENT_BODY_CUT', `${origin} closed the connection before the body was complete: look into its log`, details)
      : new ClientError('FG_ERR_HTTP_CLIENT_HANGUP', `${origin} closed the connection without an answer: look into its log`, details)
  }
  if (code === 'FG_ERR_HTTP_CLIENT_STREAM_RESET' || isRefused(error)) {
    return answered
      ? new ClientError('FG_ERR_HTTP_CLIENT_BODY_CUT', `${origin} broke off the body: ${error.message}; look into its log`, details)
      : new ClientError('FG_ERR_HTTP_CLIENT_HANGUP', `${origin} did not answer: ${error.message}; look into its log`, details)
  }
  if (isParserError(error) || code === 'UND_ERR_HEADERS_OVERFLOW' || isMisbehaviour(error)) {
    return answered
      ? new ClientError('FG_ERR_HTTP_CLIENT_BODY_CUT', `the body from ${origin} is not valid HTTP/1.1: ${error.message}`, details)
      : new ClientError('FG_ERR_HTTP_CLIENT_BAD_RESPONSE', `${origin} does not answer in valid HTTP/1.1: ${error.message}; check that the port speaks HTTP`, details)
  }
  // With TLS 1.3 a server refuses a client certificate only after the handshake.
  if (code.startsWith('ERR_SSL_')) return new ClientError('FG_ERR_HTTP_CLIENT_TLS', `${origin} ended TLS: ${error.message} (${code}); check client_certs`, details)
  if (invalidRequests.has(code)) return new ClientError('FG_ERR_HTTP_CLIENT_REQUEST', `the request to ${origin} cannot be sent: ${error.message}`, details)
  if (closed.has(code)) return new ClientError('FG_ERR_HTTP_CLIENT_CLOSED', 'the client is closed', details)
  if (streaming) return new ClientError('FG_ERR_HTTP_CLIENT_UPLOAD', `the body of the request could not be read: ${error.message}`, details)
  return error
}

/** Its code is missing as often as not. */
function isParserError (error: NodeJS.ErrnoException): boolean {
  return error.name === 'HTTPParserError'
}

/** An interim or unasked answer, which undici reports like a hangup. */
function isMisbehaviour (error: NodeJS.ErrnoException): boolean {
  return error.code === 'UND_ERR_SOCKET' && (error.message === 'bad response' || error.message === 'bad upgrade')
}

/** What Node says on a server's request whose client is gone: no system call, unlike a reset of our own connection. */
function isClientGone (error: NodeJS.ErrnoException): boolean {
  return error.code === 'ECONNRESET' && error.syscall === undefined && error.message === 'aborted'
}
