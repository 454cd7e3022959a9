import type { CompileRequestCondition, CreateBodyGenerator, Feature } from '@floodgate/core'
import * as conditional from './conditional/settings.ts'
import * as graphql from './graphql/settings.ts'
import * as soap from './soap/settings.ts'

/**
 * The feature `backend/graphql`: sends a configured query or mutation to the backend instead of the client's request.
 */
export const graphqlFeature: Feature = {
  namespace: graphql.namespace,
  holdsBodies: ({ type = '' }: graphql.GraphqlSettings) => type.toLowerCase() === 'mutation',
  schemas: { backend: graphql.GraphqlSettings },
  load: async () => (await import('./graphql/feature.ts')).feature
}

export interface FeaturesOptions {
  /** Loads what evaluates conditions of the strategy `policy`; without it they stop the start. */
  readonly loadCondition?: () => Promise<CompileRequestCondition>
  /** Loads what makes bodies of templates; without it `backend/soap` stops the start. */
  readonly loadBodyGenerator?: () => Promise<CreateBodyGenerator>
}

/** The namespaces that this package implements. */
export function createFeatures ({ loadCondition, loadBodyGenerator }: FeaturesOptions = {}): readonly Feature[] {
  return [
    {
      namespace: conditional.namespace,
      needs: ['auth/validator'],
      schemas: { backend: conditional.ConditionalSettings },
      load: async () => (await import('./conditional/feature.ts')).createConditional(await loadCondition?.())
    },
    graphqlFeature,
    {
      namespace: soap.namespace,
      // Its template is assumed to read what the client sent.
      holdsBodies: () => true,
      schemas: { backend: soap.SoapSettings },
      load: async () => (await import('./soap/feature.ts')).createSoap(await loadBodyGenerator?.())
    }
  ]
}

export type { ConditionalSettings } from './conditional/settings.ts'
export type { GraphqlSettings } from './graphql/settings.ts'
export type { SoapSettings } from './soap/settings.ts'
