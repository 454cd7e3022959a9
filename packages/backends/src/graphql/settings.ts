/** Shape of `backend/graphql`: KrakenD page "GraphQL". */
export const namespace = 'backend/graphql'

export const GraphqlSettings = {
  type: 'object',
  properties: {
    type: { type: 'string', description: 'query or mutation, in any case. Anything else: the backend is called as if nothing was written here, as on KrakenD.' },
    query: { type: 'string', description: 'Text of the query or mutation.' },
    query_path: { type: 'string', description: 'File with that text, read at the start; counts before query.' },
    operationName: { type: 'string', description: 'Which operation of the text to run.' },
    variables: { type: 'object', description: 'Of a query: values, where "{name}" is the endpoint\'s parameter. Of a mutation: what the client\'s body does not say.' },
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
