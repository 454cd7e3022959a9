import type { FastifyInstance, FastifyPluginAsync, RouteOptions } from 'fastify'
import fp from 'fastify-plugin'
import type { Endpoint, Service } from '@floodgate/core'
import {
  addFloodgate, createCoreRequest, createTarget, findOverrides, openEntry, type FloodgateEntry
} from '@floodgate/engine'
import type { Client } from '@floodgate/http-client'
import { createDispatcher } from './dispatcher.ts'
import { FG_ERR_PROXY_NO_CONFIG, FG_ERR_PROXY_OPTIONS } from './errors.ts'
import { parseOptions, type ProxyOptions } from './options.ts'
import { serveEndpoint } from './serve-endpoint.ts'

const servedByGateway = { rewriteResponse: 'is served by @floodgate/gateway only: use onResponse' }

/** The part of `app.floodgateConfig` (`@floodgate/config-loader`) that the proxy needs. */
interface LoadedConfiguration {
  readonly model: Service
  readonly revision: string
  serve (scope: FastifyInstance, endpoint: Endpoint, route: Omit<RouteOptions, 'method' | 'url'>): void
}

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
  const { model, serve } = configuration
  const router = model.extra['router'] as { return_error_msg?: boolean } | undefined
  const { byEndpoint, wrong } = findOverrides(options.overrides ?? {}, model.endpoints, servedByGateway)
  if (wrong.length > 0) throw new FG_ERR_PROXY_OPTIONS('@floodgate/proxy', wrong.join('; '))

  const { clients, name, watchCertificates: watch } = options
  const { entry, close } = openEntry(app, configuration, {
    plugin: '@floodgate/proxy', name, clients, watch, closeTimeout: model.maxShutdownWaitTime
  })
  app.addHook('onClose', close)
  addFloodgate(app, entry)

  await app.register(async function floodgateProxyScope (scope) {
    for (const [client, endpoints] of groupByClient(model.endpoints.filter(isPassThrough), entry)) {
      scope.register(async function oneClient (scope) {
        scope.register(import('@fastify/reply-from'), { undici: createDispatcher(client), disableRequestLogging: true })
        for (const endpoint of endpoints) {
          const [backend] = endpoint.backends
          const { balance, group } = entry.hostsFor(backend)
          const { onRequest = [], preHandler = [], schema = {}, ...overrides } = byEndpoint.get(endpoint) ?? {}
          serve(scope, endpoint, {
            onRequest,
            preHandler,
            schema: schema as object,
            handler: serveEndpoint({
              endpoint,
              target: createTarget(backend, endpoint, { service: model, balance }),
              hosts: group,
              coreRequest: createCoreRequest(endpoint, model),
              overrides,
              errors: { showErrorText: router?.return_error_msg === true, ...options }
            })
          })
        }
      })
    }
  })
  await entry.directory.ready()
}

/** An endpoint whose responses are not decoded; the loader sees to it that it has one backend, and that no-op too. */
function isPassThrough ({ outputEncoding, backends }: Endpoint): boolean {
  return outputEncoding === 'no-op' && backends.length === 1
}

/** Equal client settings are one client. */
function groupByClient (endpoints: readonly Endpoint[], { clientFor }: FloodgateEntry): Map<Client, Endpoint[]> {
  const groups = new Map<Client, Endpoint[]>()
  for (const endpoint of endpoints) {
    const client = clientFor(endpoint.backends[0])
    groups.set(client, [...groups.get(client) ?? [], endpoint])
  }
  return groups
}

export const proxy = fp(plugin, { name: '@floodgate/proxy', fastify: '5.x' })
export default proxy

export type { EndpointOverrides, FloodgateEntry, Floodgates } from '@floodgate/engine'
export type { ProxyOptions, ReplyFromBackendOptions } from './options.ts'
export { replyFromBackend } from './reply-from-backend.ts'
export * as errors from './errors.ts'
