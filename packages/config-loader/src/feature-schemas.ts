import type { Feature } from '@floodgate/core'

/** What the loader needs to know of a feature: its namespace and the shape of its settings at each level. */
export type FeatureSchema = Pick<Feature, 'namespace' | 'schemas'>
