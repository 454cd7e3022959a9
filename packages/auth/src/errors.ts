import createError from '@fastify/error'
import { Fault } from '@floodgate/core'

/** A key set cannot be read, or has nothing that can be used. */
export const FG_ERR_AUTH_KEY_SET = createError('FG_ERR_AUTH_KEY_SET',
  'the key set %s cannot be used: %s')

/** The revoker's port is not free, or two gateways of a process want it with different keys. */
export const FG_ERR_AUTH_REVOKER_PORT = createError('FG_ERR_AUTH_REVOKER_PORT',
  'auth/revoker: nothing can be served on port %s: %s')

/** No access token for a backend: code of faults. */
export const FG_ERR_AUTH_TOKEN = 'FG_ERR_AUTH_TOKEN'

/** A field of an answer could not be signed: code of faults. */
export const FG_ERR_AUTH_SIGN = 'FG_ERR_AUTH_SIGN'

/** @param detail for the log: it names addresses, and never a secret */
export function tokenFault (detail: string, cause?: unknown): Fault {
  return new Fault('backend', FG_ERR_AUTH_TOKEN, 'oauth2: cannot fetch token', { detail, cause })
}

/** An answer without a text, also where the router shows error texts. */
export const nothing = { body: '', contentType: '' } as const

/** The reference answers 400 where a signing endpoint fails, whatever the reason. */
export function signFault (detail: string, cause?: unknown): Fault {
  return new Fault('refused', FG_ERR_AUTH_SIGN, 'unable to sign the response', { status: 400, answer: nothing, detail, cause })
}
