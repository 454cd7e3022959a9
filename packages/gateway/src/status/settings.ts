import type { Static } from 'typebox'

/** Characters that a token has at least: it must not be guessed. */
export const shortestToken = 16

/** Settings of `floodgate.status`: a page that shows what the gateway does. */
export const StatusSettings = {
  type: 'object',
  description: 'Serves a page with the live state of the gateway on a separate port, one for all workers',
  properties: {
    port: { type: 'integer', minimum: 0, maximum: 65535, description: 'Port to listen on; 0 uses a free port, which is logged' },
    address: {
      type: 'string',
      minLength: 1,
      default: '127.0.0.1',
      description: 'IP address to listen on, or `localhost`. Any other than a loopback address requires a token'
    },
    token: {
      type: 'string',
      minLength: shortestToken,
      description: 'Token that viewers need, of 16 characters or more: `Authorization: Bearer …`, or typed into the page. Default: none is needed'
    },
    token_file: { type: 'string', minLength: 1, description: 'File with the token, in place of `token`' },
    token_env: { type: 'string', minLength: 1, description: 'Environment variable with the token, in place of `token`' }
  },
  required: ['port'],
  additionalProperties: false
} as const
export type StatusSettings = Static<typeof StatusSettings>

/** The address to listen on. */
export function addressOf ({ address = StatusSettings.properties.address.default }: StatusSettings): string {
  return address
}
