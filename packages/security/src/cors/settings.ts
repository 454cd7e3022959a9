/** Shape of `security/cors`: KrakenD page "Cross-Origin Resource Sharing". */
import type { Static } from 'typebox'

export const namespace = 'security/cors'

const texts = { type: 'array', items: { type: 'string' } } as const
const flag = { type: 'boolean', default: false } as const

export const CorsSettings = {
  type: 'object',
  properties: {
    allow_origins: { ...texts, description: 'Origins that may read answers, case ignored; one "*" may stand for any text. Default: all.' },
    allow_methods: { ...texts, description: 'Methods other origins may use, as written. Default: GET, HEAD, POST.' },
    allow_headers: { ...texts, description: 'Headers other origins may send; "*" = all. Default: all.' },
    expose_headers: { ...texts, description: 'Headers of answers that scripts may read. Default: none beyond those every browser shows.' },
    allow_credentials: { ...flag, description: 'Whether browsers may send cookies and credentials. Has no effect in browsers where all origins are allowed.' },
    allow_private_network: { ...flag, description: 'Whether pages of public networks may call this gateway in a private one.' },
    options_passthrough: { ...flag, description: 'Whether preflights go on to the routes, with their headers set, instead of being answered here.' },
    options_success_status: { type: 'integer', minimum: 0, maximum: 599, description: 'Status of an answered preflight. Default 204.' },
    max_age: { type: 'string', format: 'go-duration', description: 'How long a browser may keep the answer to a preflight: "12h". Default: nothing is said.' },
    debug: { ...flag, description: 'Whether each decision is logged at level debug.' }
  }
} as const
export type CorsSettings = Static<typeof CorsSettings>
