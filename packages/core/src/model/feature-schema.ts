import type { Feature } from './feature.ts'

/** What the loader needs to know of a feature: its namespace, the shape of its settings at each level, the plugins it serves. */
export type FeatureSchema = Pick<Feature, 'namespace' | 'schemas' | 'plugins'>
