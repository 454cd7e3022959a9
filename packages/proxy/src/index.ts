import { setTimeout } from 'node:timers/promises'
import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import fp from 'fastify-plugin'
import type { Backend, Exchange } from '@floodgate/core'
import { createClients, recycle, type Client } from '@floodgate/http-client'
import type { FloodgateProxy } from './decorator.ts'
import { FG_ERR_PROXY_NO_CONFIG } from './errors.ts'
import { createExchange } from '@floodgate/engine'
import { parseOptions, type ProxyOptions } from './options.ts'
import { serveEndpoints, type Configured } from './serve-endpoints.ts'
import { createSrvDirectory } from '@floodgate/engine'

/** How long a start waits for SRV records, in ms. */
const maxLookup = 3000

/**
 * Serves the pass-through endpoints (`no-op`) of the configuration that `@floodgate/config-loader` has loaded, each
 * through the HTTP client settings of its backend. Adds the decorator `floodgateProxy`; the app's own parsers, hooks and
 * handlers are not touched. Endpoints that decode are left to `@floodgate/gateway`.
 *
 * @throws {FG_ERR_PROXY_OPTIONS} options that do not fit
 * @throws {FG_ERR_PROXY_NO_CONFIG} registered before the configuration
 * @throws {FG_ERR_PROXY_UNKNOWN_ENDPOINT} overrides for an endpoint that is not there
 * @example
 * await app.register(configLoader, { config: './krakend.json' })
 * await app.register(proxy)
 */
const plugin: FastifyPluginAsync<ProxyOptions> = async function proxy (app, given) {
  const options = parseOptions(given)
  const configured = (app as FastifyInstance & { floodgateConfig?: Configured }).floodgateConfig
  if (configured === undefined) throw new FG_ERR_PROXY_NO_CONFIG()
  const decorator = createDecorator(app, configured, options)
  app.decorate('floodgateProxy', decorator)
  await app.register(async function floodgateProxyScope (scope) { serveEndpoints(scope, configured, decorator, options) })
  // The first requests find hosts, unless the name servers are slow.
  await Promise.race([decorator.directory.ready(), setTimeout(maxLookup, undefined, { ref: false })])
}

function createDecorator (app: FastifyInstance, { model }: Configured, options: ProxyOptions): FloodgateProxy {
  const log = { warn: (message: string) => { app.log.warn(message) }, info: (message: string) => { app.log.info(message) } }
  const clients = options.clients ?? createClients({ log, watch: options.watchCertificates ?? true })
  const directory = createSrvDirectory({ ttl: model.dnsCacheTtl, onError: (name, err) => { app.log.warn({ err, name }, 'SRV lookup failed') } })
  const acquired = new Map<string, Client>()
  const exchanges = new Map<string, Exchange>()

  // Fastify closes its server first: what still runs then is what the app does on its own.
  app.addHook('onClose', async () => {
    directory.close()
    if (options.clients === undefined) await clients.close({ timeout: model.maxShutdownWaitTime })
    else await Promise.all(Array.from(acquired.values(), (client) => clients.release(client)))
  })

  function clientFor (backend: Backend): Client {
    const client = clients.acquire(backend.client)
    const known = acquired.get(client.key)
    if (known === undefined) acquired.set(client.key, client)
    else clients.release(client).catch(() => {}) // held already: nothing closes
    return client
  }

  return {
    model,
    directory,
    clientFor,
    exchangeFor (backend) {
      const client = clientFor(backend)
      const { key, settings } = client
      let exchange = exchanges.get(key)
      if (exchange === undefined) exchanges.set(key, exchange = createExchange({ dispatcher: client, mode: 'pass', gzip: !settings.transport.disableCompression, recycle }))
      return exchange
    },
    stats: () => clients.stats()
  }
}

export const proxy = fp(plugin, { name: '@floodgate/proxy', fastify: '5.x' })
export default proxy

export type { EndpointOverrides, Engine, ProxyOptions } from './options.ts'
export type { FloodgateProxy } from './decorator.ts'
export { replyFromBackend, type ReplyFromBackendOptions } from './reply-from-backend.ts'
export * as errors from './errors.ts'
export { registerReplyFrom, serveReplyFrom, type ReplyFromOverrides, type ServeReplyFromOptions } from './reply-from.ts'
