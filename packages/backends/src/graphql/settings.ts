/** Shape of `backend/graphql`: KrakenD page "GraphQL". */
export const namespace = 'backend/graphql'

export const GraphqlSettings = {
  type: 'object',
  properties: {
    type: {
      type: 'string',
      description: 'query or mutation; case is ignored. With any other value the namespace has no effect, as on KrakenD.'
    },
    query: { type: 'string', description: 'Text of the query or mutation.' },
    query_path: { type: 'string', description: 'File with the query or mutation, read at start; takes precedence over query.' },
    operationName: { type: 'string', description: 'Name of the operation to run.' },
    variables: {
      type: 'object',
      description: 'For a query: the variables, where "{name}" is replaced by the endpoint\'s parameter. For a mutation: defaults for variables that the client\'s body does not have.'
    },
    method: { type: 'string', description: 'post (default) or get.' }
  }
} as const

export interface GraphqlSettings {
  readonly type?: string
  readonly query?: string
  readonly query_path?: string
  readonly operationName?: string
  readonly variables?: Readonly<Record<string, unknown>> | null
  readonly method?: string
}
