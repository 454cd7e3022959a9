import type { CompileRequestCondition, Feature } from '@floodgate/core'
import * as conditional from './conditional/settings.ts'
import * as graphql from './graphql/settings.ts'

/**
 * The feature `backend/graphql`: sends a configured query or mutation to the backend instead of the client's request.
 */
export const graphqlFeature: Feature = {
  namespace: graphql.namespace,
  schemas: { backend: graphql.GraphqlSettings },
  load: async () => (await import('./graphql/feature.ts')).feature
}

export interface FeaturesOptions {
  /** Loads what evaluates conditions of the strategy `policy`; without it they stop the start. */
  readonly loadCondition?: () => Promise<CompileRequestCondition>
}

/** The namespaces that this package implements. */
export function createFeatures ({ loadCondition }: FeaturesOptions = {}): readonly Feature[] {
  return [
    {
      namespace: conditional.namespace,
      needs: ['auth/validator'],
      schemas: { backend: conditional.ConditionalSettings },
      load: async () => (await import('./conditional/feature.ts')).createConditional(await loadCondition?.())
    },
    graphqlFeature
  ]
}

export type { ConditionalSettings } from './conditional/settings.ts'
export type { GraphqlSettings } from './graphql/settings.ts'
