import type { Static } from 'typebox'

export const namespace = 'auth/basic'

/** Settings of `auth/basic`, of the service or an endpoint: KrakenD page "Basic authentication". */
export const BasicSettings = {
  type: 'object',
  properties: {
    htpasswd_path: { type: 'string', description: 'File of users and bcrypt hashes, as htpasswd -B writes it; read at start and on SIGHUP.' },
    users: { type: 'object', additionalProperties: { type: 'string' }, description: 'Bcrypt hashes by user, over those of the file.' }
  }
} as const
export type BasicSettings = Static<typeof BasicSettings>
