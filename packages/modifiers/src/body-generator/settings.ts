/**
 * Shapes of the generators of bodies: KrakenD Enterprise pages "Request manipulation with templates" and "Response
 * manipulation with templates".
 */
import { bodyGeneratorProperties, type BodyGeneratorSettings } from '@floodgate/core'

export const requestNamespace = 'modifier/request-body-generator'
/** The older name of the same at a backend. */
export const oldRequestNamespace = 'modifier/body-generator'
export const responseNamespace = 'modifier/response-body-generator'

export const GeneratorSettings = {
  type: 'object',
  properties: {
    ...bodyGeneratorProperties,
    content_type: {
      ...bodyGeneratorProperties.content_type,
      default: 'application/json',
      description: 'Content-Type of the body that the template writes.'
    }
  }
} as const

export type GeneratorSettings = BodyGeneratorSettings
