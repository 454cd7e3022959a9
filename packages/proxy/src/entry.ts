import type { FastifyInstance } from 'fastify'
import type { Backend, Service } from '@floodgate/core'
import { createSrvDirectory, type FloodgateEntry } from '@floodgate/engine'
import { createClients, type Client } from '@floodgate/http-client'
import type { ProxyOptions } from './options.ts'

/** Creates what `app.floodgate` has of the proxy: its clients, closed with the app. */
export function createEntry (
  app: FastifyInstance,
  model: Service,
  { clients: given, watchCertificates = true, name = app.prefix || model.name }: ProxyOptions
): FloodgateEntry {
  const log = { warn: (message: string) => { app.log.warn(message) }, info: (message: string) => { app.log.info(message) } }
  const clients = given ?? createClients({ log, watch: watchCertificates })
  const directory = createSrvDirectory(
    { ttl: model.dnsCacheTtl, onError: (name, err) => { app.log.warn({ err, name }, 'SRV lookup failed') } }
  )
  const acquired = new Map<string, Client>()

  // Fastify closes its server first: what still runs then is what the app does on its own.
  app.addHook('onClose', async () => {
    directory.close()
    if (given === undefined) await clients.close({ timeout: model.maxShutdownWaitTime })
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
    name,
    by: `@floodgate/proxy at ${app.prefix || '/'}`,
    model,
    endpoints: model.endpoints,
    files: new Set<string>(),
    warnings: [],
    directory,
    clientFor,
    dispatcherFor: (backend) => clientFor(backend).dispatcher,
    stats: () => clients.stats(),
    metricsUrl: null,
    async renew () { clients.renew() }
  }
}
