import type { Feature, Service } from '@floodgate/core'

/** Gives the features whose namespace is configured anywhere, in their order. */
export function configuredFeatures (features: readonly Feature[], { extra, endpoints }: Service): Feature[] {
  const namespaces = new Set(Object.keys(extra))
  const add = ({ extra }: Pick<Service, 'extra'>) => { for (const namespace in extra) namespaces.add(namespace) }
  for (const endpoint of endpoints) {
    add(endpoint)
    endpoint.backends.forEach(add)
  }
  return features.filter(({ namespace }) => namespaces.has(namespace))
}

/** Gives the features that are configured, each whole: what it loads when it is needed has been loaded. */
export function loadConfigured (features: readonly Feature[], model: Service): Promise<Feature[]> {
  return Promise.all(configuredFeatures(features, model).map(async (feature) => feature.load === undefined ? feature : { ...feature, ...await feature.load() }))
}
