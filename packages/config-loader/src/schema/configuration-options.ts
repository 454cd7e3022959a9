import type { FeatureSchema } from '@floodgate/core'
import { listOptions, type Level, type SettingOption } from '@floodgate/settings'
import { schemasOf } from './schemas.ts'

/** One key of a configuration. */
export interface ConfigurationOption extends SettingOption {
  readonly level: Level
  /** null = a key of the level itself. */
  readonly namespace: string | null
  /** Whether it is ours alone: KrakenD does not read it. */
  readonly isOurs: boolean
}

/**
 * Lists every key that a configuration may have, from the schemas that it is checked by: the root with `tls` and
 * `client_tls`, an endpoint, a backend, and the settings of each namespace that is implemented.
 *
 * @param features as for `loadConfig`; `router` and `backend/http/client` are always there
 */
export function listConfigurationOptions (features: readonly FeatureSchema[] = []): ConfigurationOption[] {
  const { service, endpoint, backend, clientTls, namespaces } = schemasOf(features)
  const ofLevel = (level: Level, schema: object): ConfigurationOption[] => listOptions(schema)
    .filter(({ path }) => !/^(?:endpoints|backend)\[\]/.test(path))
    .map((option) => ({ ...option, level, namespace: null, isOurs: false }))
  const { properties } = service as { properties: object }
  return [
    ...ofLevel('service', { ...service, properties: { ...properties, client_tls: clientTls } }),
    ...ofLevel('endpoint', endpoint),
    ...ofLevel('backend', backend),
    ...namespaces.flatMap(({ namespace, level, schema }) => listOptions(schema).map((option) => ({
      ...option,
      level,
      namespace,
      isOurs: namespace === own || option.path === own || option.path.startsWith(`${own}.`)
    })))
  ]
}

/** What KrakenD ignores, as a namespace and as a key. */
const own = 'floodgate'
