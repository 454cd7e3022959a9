/** Shape of `backend/soap`: KrakenD Enterprise page "SOAP". */
import type { BodyGeneratorSettings } from '@floodgate/core'

export const namespace = 'backend/soap'

export const SoapSettings = {
  type: 'object',
  properties: {
    path: {
      type: 'string',
      description: 'File with the template of the envelope, in the language of Go\'s text/template; read at the start.'
    },
    template: { type: 'string', description: 'The template itself, in base64; instead of `path`.' },
    content_type: {
      type: 'string',
      minLength: 1,
      default: 'text/xml',
      description: 'Content-Type of the envelope: `text/xml` for SOAP 1.1, `application/soap+xml` for 1.2.'
    },
    debug: {
      type: 'boolean',
      default: false,
      description: 'Logs what the template gets and what it writes, with level DEBUG; values whose names say that they are secret are masked. Not for production.'
    },
    variables: { type: 'object', description: 'Values that the template has as `.variables`.' }
  }
} as const

export type SoapSettings = BodyGeneratorSettings
