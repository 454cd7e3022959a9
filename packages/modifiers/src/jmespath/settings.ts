/** Shape of `modifier/jmespath`: KrakenD Enterprise page "Response manipulation with query language". */
export const namespace = 'modifier/jmespath'

export const JmespathSettings = {
  type: 'object',
  properties: {
    expr: {
      type: 'string',
      minLength: 1,
      description: 'JMESPath expression; its result takes the place of the data. A list becomes `{"collection": […]}`, any other value that is not an object `{"content": …}`.'
    }
  },
  required: ['expr']
} as const

export interface JmespathSettings {
  readonly expr: string
}
