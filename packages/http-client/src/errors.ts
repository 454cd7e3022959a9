import createError from '@fastify/error'

/** A handshake that only a new connection to the same server can decide. */
export const DialAgain = createError('FG_ERR_HTTP_CLIENT_DIAL_AGAIN', 'The server has to be dialled again, with what this handshake taught')
export type DialAgain = InstanceType<typeof DialAgain>

/** Certificate files that changed, and cannot be used as they are now. */
export const UnusableFiles = createError('FG_ERR_HTTP_CLIENT_UNUSABLE_FILES', '%s')
