import { features as aggregateFeatures } from '@floodgate/aggregate'
import { features as authFeatures } from '@floodgate/auth'
import { createFeatures as createBackendFeatures } from '@floodgate/backends'
import { ConfigError, checkConfig, sortProblems, type LoadedConfig, type LoadOptions } from '@floodgate/config-loader'
import { claimsOf, type Feature } from '@floodgate/core'
import { features as luaFeatures } from '@floodgate/lua'
import { features as modifierFeatures } from '@floodgate/modifiers'
import { virtualHostFeature } from '@floodgate/router'
import { features as securityFeatures } from '@floodgate/security'
import {
  createLoggingFeature, gelfFeature, logstashFeature, openTelemetryFeature, openTelemetrySecurityFeature, statsFeature
} from '@floodgate/telemetry'
import { createFeatures as createTrafficFeatures } from '@floodgate/traffic'
import { features as validationFeatures } from '@floodgate/validation'
import { orderFeatures } from './order.ts'
import { isWorker } from './workers/worker-identity.ts'
import { ownFeature } from './own-settings.ts'

export { probeUrl } from './health/probe-url.ts'
export type { Probe } from './health/probe-paths.ts'

const loadCondition = async () => (await import('@floodgate/cel')).compileCondition
const loadBodyGenerator = async () => (await import('@floodgate/modifiers/body-generator')).createBodyGenerator
const loadRequestCondition = async () => (await import('@floodgate/cel')).compileRequestCondition

/** Features that come with the gateway. */
const builtIn: readonly Feature[] = [
  ...aggregateFeatures,
  ...authFeatures,
  ...securityFeatures,
  ...createBackendFeatures({ loadCondition: loadRequestCondition, loadBodyGenerator }),
  ...luaFeatures,
  ...modifierFeatures,
  createLoggingFeature({ claims: claimsOf }),
  gelfFeature,
  logstashFeature,
  openTelemetryFeature,
  openTelemetrySecurityFeature,
  statsFeature,
  ...createTrafficFeatures({ loadCondition }),
  ...validationFeatures,
  virtualHostFeature,
  ownFeature
]

export interface LoadConfigurationOptions extends Omit<LoadOptions, 'features'> {
  /** Features beside the built-in ones. */
  readonly features?: readonly Feature[]
}

/** All features of a gateway, from the outermost to the innermost. */
export function allFeatures (own: readonly Feature[] = []): Feature[] {
  return orderFeatures([...builtIn, ...own])
}

/**
 * Loads a configuration with the namespaces that the gateway knows. A worker gets the text of the file from its
 * primary, as that has read it, so that all of them serve the same.
 *
 * After an error the gateway is built as far as it goes, without a listener, so that errors of its features are
 * reported as well; features of the host's own are left out of that.
 *
 * @throws {FG_ERR_CONFIG_INVALID} with all problems, when one of them is an error
 */
export async function loadConfiguration (
  config: string | object,
  { features, ...options }: LoadConfigurationOptions = {}
): Promise<LoadedConfig> {
  const text = typeof config === 'string' && isWorker()
    ? await (await import('./workers/channel.ts')).channelToPrimary().ask(config)
    : options.text
  const all = allFeatures(features)
  const { loaded, problems, lost } = await checkConfig(config, { ...options, ...(text !== undefined && { text }), features: all })
  const isWrong = problems.some(({ severity }) => severity === 'error')
  if (loaded !== null && !isWrong) return loaded
  if (loaded === null) throw new ConfigError(problems)
  const { checkBuild } = await import('./check-build.ts')
  throw new ConfigError(sortProblems([...problems, ...await checkBuild(loaded, { features: all, foreign: namespacesOf(features), lost })]))
}

/** Namespaces of the host's own features. */
export function namespacesOf (features: readonly Feature[] = []): Set<string> {
  return new Set(features.map(({ namespace }) => namespace))
}
