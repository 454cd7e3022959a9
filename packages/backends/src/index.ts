import type { CompileRequestCondition, CreateBodyGenerator, Feature } from '@floodgate/core'
import * as conditional from './conditional/settings.ts'
import * as graphql from './graphql/settings.ts'
import * as soap from './soap/settings.ts'
import {
  backendNamespace, BackendFilesSettings, serverNamespace, ServerFilesSettings
} from './static-filesystem/settings.ts'

/**
 * The feature `backend/graphql`: sends a configured query or mutation to the backend instead of the client's request.
 */
export const graphqlFeature: Feature = {
  namespace: graphql.namespace,
  holdsBodies: ({ type = '' }: graphql.GraphqlSettings) => type.toLowerCase() === 'mutation',
  schemas: { backend: graphql.GraphqlSettings },
  load: async () => (await import('./graphql/feature.ts')).feature
}

/** The feature `server/static-filesystem`: files of a folder are served below a prefix, before all endpoints. */
export const serverFilesFeature: Feature = {
  namespace: serverNamespace,
  schemas: { service: ServerFilesSettings },
  load: async () => (await import('./static-filesystem/server-feature.ts')).serverFeature
}

/** The feature `backend/static-filesystem`: a backend's answers are files of a folder. */
export const backendFilesFeature: Feature = {
  namespace: backendNamespace,
  schemas: { backend: BackendFilesSettings },
  load: async () => (await import('./static-filesystem/backend-feature.ts')).backendFeature
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
    },
    serverFilesFeature,
    backendFilesFeature
  ]
}

export type { ConditionalSettings } from './conditional/settings.ts'
export type { GraphqlSettings } from './graphql/settings.ts'
export type { SoapSettings } from './soap/settings.ts'
export type { BackendFilesSettings, ServerFilesSettings } from './static-filesystem/settings.ts'
