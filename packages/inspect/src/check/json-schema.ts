import {
  createConfigurationSchema, listConfigurationOptions, type ConfigurationOption, type JsonSchema
} from '@floodgate/config-loader/schema'
import type { Feature } from '@floodgate/core'
import { allFeatures } from '@floodgate/gateway/load'

/** Creates the JSON Schema of configurations, with every namespace that the gateway implements. */
export function configurationSchema (features: readonly Feature[] = []): JsonSchema {
  return createConfigurationSchema(allFeatures(features))
}

/** Lists every key that a configuration may have, with every namespace that the gateway implements. */
export function configurationOptions (features: readonly Feature[] = []): ConfigurationOption[] {
  return listConfigurationOptions(allFeatures(features))
}
