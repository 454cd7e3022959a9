import createError from '@fastify/error'

/** A handshake that only a new connection to the same server can decide. */
export const DialAgain = createError(
  'FG_ERR_TLS_DIAL_AGAIN',
  'The server has to be connected again, with the information of this handshake'
)
export type DialAgain = InstanceType<typeof DialAgain>

/** Certificate files have changed and cannot be used. */
export const UnusableFiles = createError('FG_ERR_TLS_UNUSABLE_FILES', '%s')

/** Certificates and keys of the listener's `tls` cannot be used. */
export const UnusableServerTls = createError('FG_ERR_CONFIG_SERVER_TLS', 'the certificates and keys in "tls" cannot be used: %s')
