import { setTimeout } from 'node:timers/promises'
import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import fp from 'fastify-plugin'
import { addFloodgate } from '@floodgate/engine'
import { createEntry } from './entry.ts'
import { FG_ERR_PROXY_NO_CONFIG } from './errors.ts'
import { parseOptions, type ProxyOptions } from './options.ts'
import { serveEndpoints, type LoadedConfiguration } from './serve-endpoints.ts'

/** How long a start waits for SRV records, in ms. */
const maxLookup = 3000

/**
 * Serves the pass-through endpoints (`no-op`) of the configuration that `@floodgate/config-loader` has loaded by
 * `@fastify/reply-from`, each with the HTTP client settings of its backend. Adds the configuration to `app.floodgate`; the app's
 * own parsers, hooks and handlers are not touched. Endpoints that decode are left to `@floodgate/gateway`.
 *
 * @throws {FG_ERR_PROXY_OPTIONS} options or overrides that do not fit
 * @throws {FG_ERR_PROXY_NO_CONFIG} registered before the configuration
 * @throws {FG_ERR_GATEWAY_NAME_TAKEN} the app has a gateway of this name
 * @example
 * await app.register(configLoader, { config: './krakend.json' })
 * await app.register(proxy)
 */
const plugin: FastifyPluginAsync<ProxyOptions> = async function proxy (app, given) {
  const options = parseOptions(given)
  const configuration = (app as FastifyInstance & { floodgateConfig?: LoadedConfiguration }).floodgateConfig
  if (configuration === undefined) throw new FG_ERR_PROXY_NO_CONFIG()
  const entry = createEntry(app, configuration.model, options)
  addFloodgate(app, entry)
  await app.register(async function floodgateProxyScope (scope) { serveEndpoints(scope, configuration, entry, options) })
  // The first requests find hosts, unless the name servers are slow.
  await Promise.race([entry.directory.ready(), setTimeout(maxLookup, undefined, { ref: false })])
}

export const proxy = fp(plugin, { name: '@floodgate/proxy', fastify: '5.x' })
export default proxy

export type { EndpointOverrides, FloodgateEntry, Floodgates } from '@floodgate/engine'
export type { ProxyOptions } from './options.ts'
export { replyFromBackend, type ReplyFromBackendOptions } from './reply-from-backend.ts'
export * as errors from './errors.ts'
