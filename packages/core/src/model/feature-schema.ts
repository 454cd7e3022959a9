import type { Schema } from '@floodgate/settings'
import type { Feature } from './feature.ts'

/**
 * The part of a feature that the loader needs: its namespace, the shape of its settings at each level, the plugins it
 * serves.
 */
export type FeatureSchema = Pick<Feature, 'namespace' | 'schemas' | 'plugins'>

/** Schema of a plugin's option `features`: enough of a feature to tell it from something else. */
export const featuresOption = {
  type: 'array',
  items: {
    type: 'object',
    required: ['namespace', 'schemas'],
    properties: { namespace: { type: 'string' }, schemas: { type: 'object' } }
  },
  title: 'a list of features: { namespace, schemas, … }'
} as const satisfies Schema
