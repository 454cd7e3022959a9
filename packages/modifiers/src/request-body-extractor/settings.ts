/** Shape of `modifier/request-body-extractor` and `…/early`: KrakenD Enterprise page "Body to header and query string extractor". */
export const namespace = 'modifier/request-body-extractor'
export const earlyNamespace = 'modifier/request-body-extractor/early'

export const ExtractorSettings = {
  type: 'object',
  properties: {
    operations: {
      type: 'array',
      description: 'Values to take from the JSON body of a request, in order.',
      items: {
        type: 'object',
        properties: {
          type: { type: 'string', enum: ['header', 'query_string'], description: 'Where the value is written.' },
          strategy: {
            type: 'string',
            enum: ['dotnotation', 'jmespath'],
            description: 'How `expression` is read: names of object keys separated by dots (`user.id`), or a JMESPath expression.'
          },
          expression: {
            type: 'string',
            minLength: 1,
            description: 'Where the value is in the body. What is missing, or null, is not written.'
          },
          target: { type: 'string', minLength: 1, description: 'Name of the header or query parameter.' },
          on_conflict: {
            type: 'string',
            enum: ['skip', 'replace', 'append'],
            description: 'If the request already has the header or parameter: keep it, replace it, or add the value to it.'
          }
        },
        required: ['type', 'strategy', 'expression', 'target', 'on_conflict']
      }
    }
  },
  required: ['operations']
} as const

export interface OperationSettings {
  readonly type: 'header' | 'query_string'
  readonly strategy: 'dotnotation' | 'jmespath'
  readonly expression: string
  readonly target: string
  readonly on_conflict: 'skip' | 'replace' | 'append'
}

export interface ExtractorSettings {
  readonly operations: readonly OperationSettings[]
}
