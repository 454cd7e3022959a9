import type { FeatureSchema } from '@floodgate/core'
import { routerFeature, virtualHostFeature } from '@floodgate/router'

/** Adds the namespaces that the routes themselves follow in every engine. */
export function withRouter (features: readonly FeatureSchema[]): FeatureSchema[] {
  const known = new Set(features.map(({ namespace }) => namespace))
  return [...features, ...[routerFeature, virtualHostFeature].filter(({ namespace }) => !known.has(namespace))]
}
