/** Shape of `jwk-aggregator` in `plugin/http-server`: KrakenD Enterprise page "Multiple Identity Providers". */
export const namespace = 'plugin/http-server'
export const plugin = 'jwk-aggregator'

export const AggregatorSettings = {
  type: 'object',
  properties: {
    name: { type: 'array', items: { type: 'string' }, default: [], description: 'Names of the enabled plugins.' },
    [plugin]: {
      type: 'object',
      description: 'Joins the key sets of several issuers to one, for every `auth/validator` with the `jwk_url` http://localhost:PORT.',
      properties: {
        port: {
          type: 'integer',
          minimum: 1,
          maximum: 65535,
          description: 'The port in that `jwk_url`. Nothing listens on it: the keys do not leave the gateway.'
        },
        origins: { type: 'array', items: { type: 'string' }, minItems: 1, description: 'Addresses of the key sets, fetched at the same time.' },
        cache: {
          type: 'boolean',
          default: false,
          description: 'Keeps the key set of each origin for as long as its `Cache-Control` allows (`max-age`).'
        }
      },
      required: ['port', 'origins'],
      additionalProperties: false
    }
  }
} as const

export interface AggregatorSettings {
  readonly name?: readonly string[]
  readonly 'jwk-aggregator'?: Aggregator
}

export interface Aggregator {
  readonly port: number
  readonly origins: readonly string[]
  readonly cache?: boolean
}
