import type { Feature } from './feature.ts'

/**
 * The part of a feature that the loader needs: its namespace, the shape of its settings at each level, the plugins it
 * serves.
 */
export type FeatureSchema = Pick<Feature, 'namespace' | 'schemas' | 'plugins'>
