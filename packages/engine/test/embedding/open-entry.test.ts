import Fastify from 'fastify'
import t from 'tap'
import type { Endpoint, Service } from '@floodgate/core'
import { openEntry } from '@floodgate/engine'
import { createClients, defaultTransport } from '@floodgate/http-client'

const client = { tls: null, followRedirects: true, sendBodyOnRedirect: false, proxy: null, transport: defaultTransport }
const backends = [{ client }, { client: { ...client } }, { client: { ...client, followRedirects: false } }]
const model = { name: 'shop', dnsCacheTtl: 30_000, endpoints: [{ backends }] as unknown as Endpoint[] } as unknown as Service

t.test('openEntry: describes a model, shares clients of equal settings, and closes its own', async (t) => {
  const app = Fastify()
  const { entry, clients, close } = openEntry(app, { model, revision: 'a1' }, { plugin: '@floodgate/proxy', env: {}, closeTimeout: 100 })
  t.match(entry, { name: 'shop', revision: 'a1', by: '@floodgate/proxy at /', warnings: [], metricsUrl: null })
  const [one, two, three] = model.endpoints[0]!.backends.map((backend) => entry.clientFor(backend))
  t.equal(one!.key, two!.key)
  t.not(one!.key, three!.key)
  t.equal(entry.dispatcherFor(model.endpoints[0]!.backends[0]), one!.dispatcher)
  t.equal(entry.stats().length, 2)
  await close()
  t.throws(() => clients.acquire(client as never), { code: 'UND_ERR_CLOSED' })
  t.equal(openEntry(Object.assign(app, {}), { model, revision: 'a1' }, { plugin: 'x', name: 'mine', clients, closeTimeout: 1 }).entry.name, 'mine')
})

t.test('openEntry: releases clients that it was given, and leaves them open', async (t) => {
  const clients = createClients({ env: {} })
  t.teardown(() => clients.close())
  const { entry, close } = openEntry(Fastify(), { model, revision: 'a1' }, { plugin: '@floodgate/proxy', clients, closeTimeout: 100 })
  for (const backend of model.endpoints[0]!.backends) entry.clientFor(backend)
  t.equal(clients.stats().length, 2)
  await close()
  t.equal(clients.stats().length, 0, 'nobody uses them any more')
  t.ok(clients.acquire(client as never).dispatcher)
})

t.test('openEntry: its configuration cannot be replaced, unless the plugin says otherwise', async (t) => {
  const { entry, close } = openEntry(Fastify(), { model, revision: 'a1' }, { plugin: '@floodgate/proxy', name: 'shop', closeTimeout: 1 })
  t.teardown(close)
  await t.rejects(entry.reload(), { code: 'FG_ERR_GATEWAY_NOT_RELOADABLE', message: /^the configuration of "shop" \(@floodgate\/proxy at \/\) cannot be replaced/ })
})
