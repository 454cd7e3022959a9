import createError from '@fastify/error'
import { Fault } from '@floodgate/core'

/** A key set cannot be read, or none of its keys can be used. */
export const FG_ERR_AUTH_KEY_SET = createError('FG_ERR_AUTH_KEY_SET',
  'the key set %s cannot be used: %s')

/** The revoker's port is in use, or two gateways of a process use it with different keys. */
export const FG_ERR_AUTH_REVOKER_PORT = createError('FG_ERR_AUTH_REVOKER_PORT',
  'auth/revoker: port %s cannot be opened: %s')

/** No access token for a backend: code of faults. */
export const FG_ERR_AUTH_TOKEN = 'FG_ERR_AUTH_TOKEN'

/** A field of a response could not be signed: code of faults. */
export const FG_ERR_AUTH_SIGN = 'FG_ERR_AUTH_SIGN'

/** @param detail for the log: it names addresses but no secrets */
export function tokenFault (detail: string, cause?: unknown): Fault {
  return new Fault('backend', FG_ERR_AUTH_TOKEN, 'oauth2: cannot fetch token', { detail, cause })
}

/** A response without a text, even if the router shows error texts. */
export const nothing = { body: '', contentType: '' } as const

/** The reference answers 400 if a signing endpoint fails, whatever the reason. */
export function signFault (detail: string, cause?: unknown): Fault {
  return new Fault('refused', FG_ERR_AUTH_SIGN, 'unable to sign the response', { status: 400, answer: nothing, detail, cause })
}
