import type { FastifyPluginAsync } from 'fastify'
import fp from 'fastify-plugin'
import type { LoadedConfig } from '@floodgate/config-loader'
import { addFloodgate } from '@floodgate/engine'
import { reportLaterClashes } from '@floodgate/router'
import { allFeatures, loadConfiguration } from './load.ts'
import { mount } from './build/mount.ts'
import { parseOptions, type GatewayOptions } from './options.ts'
import { logWarnings } from './log-warnings.ts'

/**
 * Serves a KrakenD v3 configuration inside a Fastify app. All of it lives in one child scope: the app's parsers, hooks,
 * error handler and not-found handler stay what they are, and the one thing it gets is the decorator `floodgate`.
 *
 * @throws {FG_ERR_GATEWAY_OPTIONS} options or overrides that do not fit
 * @throws {FG_ERR_CONFIG_INVALID} with every problem of the configuration
 * @throws {FG_ERR_GATEWAY_NAME_TAKEN} the app has a gateway of this name
 * @example
 * await app.register(gateway, { config: './krakend.json', prefix: '/api' })
 */
const plugin: FastifyPluginAsync<GatewayOptions> = async function gateway (app, given) {
  const options = parseOptions(given)
  const { config, prefix = '', env, allowUnsupported = [], unsupported = 'stop', features } = options
  const loaded = isLoaded(config)
    ? config
    : await loadConfiguration(config, { allowUnsupported, unsupported, ...(env && { env }), ...(features && { features }) })
  // The code that loaded it has its problems.
  if (!isLoaded(config)) logWarnings(app.log, loaded.problems)
  const name = options.name ?? (prefix || loaded.model.name)
  const notFound = options.notFound ?? (prefix === '' ? 'host' : 'gateway')
  await app.register(async function gatewayScope (scope) {
    const handle = await mount(scope, loaded, {
      ...options,
      name,
      features: allFeatures(features),
      foreign: new Set((features ?? []).map(({ namespace }) => namespace)),
      workers: options.workers ?? null,
      unmatched: notFound === 'gateway'
    })
    addFloodgate(app, handle)
  }, { prefix })
  reportLaterClashes(app)
}

function isLoaded (config: GatewayOptions['config']): config is LoadedConfig {
  return typeof config === 'object' && 'model' in config && 'problems' in config
}

export const gateway = fp(plugin, { name: '@floodgate/gateway', fastify: '5.x' })
