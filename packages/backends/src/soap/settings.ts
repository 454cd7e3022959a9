/** Shape of `backend/soap`: KrakenD Enterprise page "SOAP". */
import { bodyGeneratorProperties, type BodyGeneratorSettings } from '@floodgate/core'

export const namespace = 'backend/soap'

export const SoapSettings = {
  type: 'object',
  properties: {
    ...bodyGeneratorProperties,
    content_type: {
      ...bodyGeneratorProperties.content_type,
      default: 'text/xml',
      description: 'Content-Type of the envelope: `text/xml` for SOAP 1.1, `application/soap+xml` for 1.2.'
    }
  }
} as const

export type SoapSettings = BodyGeneratorSettings
