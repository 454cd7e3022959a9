import type { Static } from 'typebox'

export const namespace = 'auth/basic'

/** Settings of `auth/basic`, of the service or an endpoint: KrakenD page "Basic authentication". */
export const BasicSettings = {
  type: 'object',
  properties: {
    htpasswd_path: {
      type: 'string',
      description: 'File of users and bcrypt hashes in the format of htpasswd -B; read at start and on SIGHUP.'
    },
    users: {
      type: 'object',
      additionalProperties: { type: 'string' },
      description: 'Bcrypt hashes by user; they take precedence over the file.'
    }
  }
} as const
export type BasicSettings = Static<typeof BasicSettings>
