import createError from '@fastify/error'

/** A connection was lost, or closed by the server, before the request was sent: another one will do. */
export const ConnectionGone = createError('FG_ERR_HTTP_CLIENT_CONNECTION_GONE', 'the connection was gone before the request was sent')
export type ConnectionGone = InstanceType<typeof ConnectionGone>

/** The server did not look at the request (HTTP/2, RFC 9113, 8.7): it may be sent again, whatever it is. */
export const StreamRefused = createError<[{ cause: unknown }?]>('FG_ERR_HTTP_CLIENT_STREAM_REFUSED', 'the server refused the request unread')

/** A connection that was shared ended with a request on it. */
export const ConnectionLost = createError('FG_ERR_HTTP_CLIENT_CONNECTION_LOST', 'the HTTP/2 connection was lost')

/** The server, or the rules of HTTP/2, ended one request. */
export const StreamReset = createError<[string]>('FG_ERR_HTTP_CLIENT_STREAM_RESET', 'the stream was reset with %s')
