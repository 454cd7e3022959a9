/** Shape of `backend/conditional`: KrakenD page "Conditional requests". */
export const namespace = 'backend/conditional'

export const ConditionalSettings = {
  type: 'object',
  properties: {
    strategy: {
      type: 'string',
      enum: ['header', 'policy', 'fallback'],
      description: '`header`: the request has the header `name` with `value`; `policy`: the expression `value` is true; `fallback`: no condition of the other backends is true.'
    },
    name: { type: 'string', minLength: 1, description: 'Header of the strategy `header`; one of the endpoint\'s `input_headers`.' },
    value: {
      type: 'string',
      description: 'Value of the header, case counts; or the expression of the strategy `policy`, in the language of `security/policies`.'
    }
  },
  required: ['strategy']
} as const

export interface ConditionalSettings {
  readonly strategy: 'header' | 'policy' | 'fallback'
  readonly name?: string
  readonly value?: string
}
