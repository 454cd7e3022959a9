import type { FastifyPluginAsync } from 'fastify'
import fp from 'fastify-plugin'
import { loadCompression, reportLaterClashes } from '@floodgate/router'
import { createEngines, type FloodgateConfig } from './engines.ts'
import { formatProblems } from './locate/format-problems.ts'
import { loadConfig } from './load-config.ts'
import { parseOptions, type ConfigLoaderOptions } from './options.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** The configuration of this scope, and where an engine attaches to it. */
    floodgateConfig: FloodgateConfig
  }
}

/**
 * Loads a configuration and waits for an engine, such as `@floodgate/proxy`, to serve its endpoints. Adds the decorator
 * `floodgateConfig`; warnings of the configuration are logged.
 *
 * @throws {FG_ERR_CONFIG_OPTIONS} options that do not fit
 * @throws {FG_ERR_CONFIG_INVALID} with every problem of the configuration
 * @throws {FG_ERR_CONFIG_NO_ENGINE} when the app is ready and an endpoint has no engine
 * @example
 * await app.register(configLoader, { config: './krakend.json' })
 * await app.register(proxy)
 */
const plugin: FastifyPluginAsync<ConfigLoaderOptions> = async function configLoader (app, options) {
  const { config, ...loadOptions } = parseOptions(options as unknown as Record<string, unknown>)
  const loaded = await loadConfig(config, loadOptions)
  const engines = createEngines(loaded.model, await loadCompression(loaded.model))
  app.decorate('floodgateConfig', { ...loaded, serve: engines.serve })
  reportLaterClashes(app)
  if (loaded.problems.length > 0) app.log.warn(formatProblems(loaded.problems))
  if (loaded.overrides.length > 0) app.log.info({ overrides: loaded.overrides }, 'keys of the configuration set by the environment')
  app.addHook('onReady', async () => { engines.check() })
}

export const configLoader = fp(plugin, { name: '@floodgate/config-loader', fastify: '5.x' })
export default configLoader

export type { ConfigLoaderOptions } from './options.ts'
export type { FloodgateConfig } from './engines.ts'
export { expandConfig, checkConfig, loadConfig, problemAt, type CheckedConfig, type LoadedConfig, type LoadOptions } from './load-config.ts'
export type { LostSettings } from './namespaces/namespaces.ts'
export { isOnPath } from '@floodgate/settings'
export { isTranslated } from './plugins/translate-plugins.ts'
export { sortProblems } from './locate/sort-problems.ts'
export { originOf, type Origin } from './locate/origin-of.ts'
export { readConfig, type ReadOptions } from './read/read-config.ts'
export type { ConfigFormat, ConfigText, Source } from './read/source.ts'
export { formatProblems, type FormatOptions } from './locate/format-problems.ts'
export type { Position, Problem } from './locate/problem.ts'
export type { Unsupported } from './namespaces/outcome.ts'
export { writeUnsupportedHints, type Audience } from './namespaces/unsupported-hints.ts'
export { formatPlace } from '@floodgate/settings'
export { ConfigError, errors } from './errors.ts'
export type { FeatureSchema } from '@floodgate/core'
export { isSecretPlace } from '@floodgate/settings'
export { classOf } from '@floodgate/settings'
export type { NamespaceClass } from '@floodgate/settings'
export type { Configuration, LoaderNamespaces, Loose, NamespacesByLevel } from './schema/configuration.ts'
export { backendSchema, endpointSchema, serverTlsSchema, serviceSchema } from '@floodgate/settings'
