import { asError, describeKind, type Feature, type Service } from '@floodgate/core'
import { featureFailed } from '../errors.ts'
import { withTimeout } from '../foreign/with-timeout.ts'

/** Returns the features whose namespace is configured anywhere, in their order. */
export function configuredFeatures (features: readonly Feature[], { extra, endpoints }: Service): Feature[] {
  const configured = new Map<string, unknown[]>()
  const add = ({ extra }: Pick<Service, 'extra'>) => {
    for (const namespace in extra) configured.set(namespace, [...configured.get(namespace) ?? [], extra[namespace]])
  }
  add({ extra })
  for (const endpoint of endpoints) {
    add(endpoint)
    endpoint.backends.forEach(add)
  }
  return features.filter(({ namespace, plugins }) => {
    const settings = configured.get(namespace)
    return settings !== undefined && (plugins === undefined || settings.some((one) => mentions(one, plugins)))
  })
}

/** Whether settings of a plugin namespace name one of these plugins, or have settings for it. */
function mentions (settings: unknown, plugins: readonly string[]): boolean {
  const { name, ...others } = settings as Record<string, unknown>
  const names = [name].flat()
  return plugins.some((plugin) => names.includes(plugin) || plugin in others)
}

/**
 * Returns the features that are configured, each whole: what it loads when it is needed has been loaded.
 *
 * @param ms that loading one may take; 0 = without end
 * @throws {FG_ERR_GATEWAY_FEATURE_FAILED} one cannot be loaded
 */
export function loadConfigured (features: readonly Feature[], model: Service, ms = 0): Promise<Feature[]> {
  return Promise.all(configuredFeatures(features, model).map(async (feature) => {
    if (feature.load === undefined) return feature
    try {
      const loaded: unknown = await withTimeout(feature.load(), ms, () => new Error(`it had not ended after ${ms} ms`))
      if (typeof loaded !== 'object' || loaded === null) {
        throw new TypeError(`it gave ${describeKind(loaded)}: expected an object with the parts of the feature`)
      }
      return { ...feature, ...loaded }
    } catch (thrown) {
      throw featureFailed(feature.namespace, 'load', asError(thrown))
    }
  }))
}
