import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import fp from 'fastify-plugin'
import type { LoadedConfig } from '@floodgate/config-loader'
import type { Pause } from '@floodgate/core'
import { addFloodgate } from '@floodgate/engine'
import { reportLaterClashes } from '@floodgate/router'
import { allFeatures, loadConfiguration, namespacesOf } from './load.ts'
import { mount, type Mounted } from './build/mount.ts'
import { isLoaded, parseOptions, type GatewayOptions } from './options.ts'
import type { ListenerCertificates } from '@floodgate/tls'
import type { SharedResources } from './reload/shared-resources.ts'
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
  const { config, env, allowUnsupported = [], unsupported = 'stop', features } = options
  const loaded = isLoaded(config)
    ? config
    : await loadConfiguration(config, { allowUnsupported, unsupported, ...(env && { env }), ...(features && { features }) })
  // The code that loaded it has its problems.
  if (!isLoaded(config)) logWarnings(app.log, loaded.problems)
  if (options.reloadable === true) await (await import('./embedded/reloadable-gateway.ts')).addReloadableGateway(app, loaded, options)
  else await addGateway(app, loaded, options)
  reportLaterClashes(app)
}

export interface AddOptions extends Omit<GatewayOptions, 'config' | 'allowUnsupported' | 'unsupported'> {
  readonly shared?: SharedResources
  /** The certificates of its own listener. */
  readonly listener?: ListenerCertificates | null
  /** Called between endpoints, where another configuration is served meanwhile. */
  readonly pause?: Pause
}

/** Serves a loaded configuration in a scope of an app, and adds it to the app's decorator. */
export async function addGateway (app: FastifyInstance, loaded: LoadedConfig, options: AddOptions): Promise<Mounted> {
  const { features, prefix = '' } = options
  const notFound = options.notFound ?? (prefix === '' ? 'host' : 'gateway')
  let mounted: Mounted
  await app.register(async function gatewayScope (scope) {
    mounted = await mount(scope, loaded, {
      ...options,
      name: options.name ?? (prefix || loaded.model.name),
      features: allFeatures(features),
      foreign: namespacesOf(features),
      workers: options.workers ?? null,
      unmatched: notFound === 'gateway'
    })
    addFloodgate(app, mounted.entry)
  }, { prefix })
  return mounted!
}

export const gateway = fp(plugin, { name: '@floodgate/gateway', fastify: '5.x' })
