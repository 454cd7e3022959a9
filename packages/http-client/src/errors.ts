import createError from '@fastify/error'

/** The server did not process the request (HTTP/2, RFC 9113, 8.7): any such request may be sent again. */
export const StreamRefused = createError<[{ cause: unknown }?]>(
  'FG_ERR_HTTP_CLIENT_STREAM_REFUSED',
  'the server refused the request without processing it'
)

/** A connection that was shared ended with a request on it. */
export const ConnectionLost = createError('FG_ERR_HTTP_CLIENT_CONNECTION_LOST', 'the HTTP/2 connection was lost')

/** The server, or the rules of HTTP/2, ended one request. */
export const StreamReset = createError<[string]>('FG_ERR_HTTP_CLIENT_STREAM_RESET', 'the stream was reset with %s')
