import type { Feature } from '@floodgate/core'
import * as graphql from './graphql/settings.ts'

/** The feature `backend/graphql`: the backend is asked a query or mutation of the configuration instead of the client's request. */
export const graphqlFeature: Feature = {
  namespace: graphql.namespace,
  schemas: { backend: graphql.GraphqlSettings },
  load: async () => (await import('./graphql/feature.ts')).feature
}

/** The namespaces this package gives a meaning. */
export const features: readonly Feature[] = [graphqlFeature]

export type { GraphqlSettings } from './graphql/settings.ts'
