/** Shape of `security/cors`: KrakenD page "Cross-Origin Resource Sharing". */
import type { Static } from 'typebox'

export const namespace = 'security/cors'

const texts = { type: 'array', items: { type: 'string' } } as const
const flag = { type: 'boolean', default: false } as const

export const CorsSettings = {
  type: 'object',
  properties: {
    allow_origins: {
      ...texts,
      description: 'Origins that may read responses; case is ignored, and one "*" matches any text. Default: all.'
    },
    allow_methods: { ...texts, description: 'Methods that other origins may use; case-sensitive. Default: GET, HEAD, POST.' },
    allow_headers: { ...texts, description: 'Headers that other origins may send; "*": all. Default: all.' },
    expose_headers: { ...texts, description: 'Response headers that scripts may read. Default: only those that browsers always expose.' },
    allow_credentials: {
      ...flag,
      description: 'Whether browsers may send cookies and credentials. Has no effect in browsers if all origins are allowed.'
    },
    allow_private_network: { ...flag, description: 'Whether pages from public networks may call this gateway in a private network.' },
    options_passthrough: {
      ...flag,
      description: 'Whether preflight requests are passed on to the routes, with the headers set, instead of being answered here.'
    },
    options_success_status: {
      type: 'integer',
      minimum: 0,
      maximum: 599,
      description: 'Status of the response to a preflight request. Default: 204.'
    },
    max_age: {
      type: 'string',
      format: 'go-duration',
      description: 'How long a browser may cache the response to a preflight request: "12h". Default: the header is not sent.'
    },
    debug: { ...flag, description: 'Whether each decision is logged at level debug.' }
  }
} as const
export type CorsSettings = Static<typeof CorsSettings>
