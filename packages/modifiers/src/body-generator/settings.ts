/**
 * Shapes of the generators of bodies: KrakenD Enterprise pages "Request manipulation with templates" and "Response
 * manipulation with templates".
 */
import type { BodyGeneratorSettings } from '@floodgate/core'

export const requestNamespace = 'modifier/request-body-generator'
/** The older name of the same at a backend. */
export const oldRequestNamespace = 'modifier/body-generator'
export const responseNamespace = 'modifier/response-body-generator'

export const GeneratorSettings = {
  type: 'object',
  properties: {
    path: { type: 'string', description: 'File with the template, in the language of Go\'s text/template; read at the start.' },
    template: { type: 'string', description: 'The template itself, in base64; instead of `path`.' },
    content_type: {
      type: 'string',
      minLength: 1,
      default: 'application/json',
      description: 'What the template writes: the Content-Type of the body.'
    },
    debug: {
      type: 'boolean',
      default: false,
      description: 'Logs what the template gets and what it writes, with level DEBUG; values whose names say that they are secret are masked. Not for production.'
    },
    variables: { type: 'object', description: 'Values that the template has as `.variables`.' }
  }
} as const

export type GeneratorSettings = BodyGeneratorSettings
