// A host app with routes of its own and the gateway's plugin in it: node embedded-host.mjs CONFIG PORT
import Fastify from 'fastify'
import gateway from '@floodgate/gateway'
import { loadConfiguration } from '@floodgate/gateway/load'

const [, , config, port] = process.argv
const loaded = await loadConfiguration(config)
const app = Fastify({ forceCloseConnections: true })
app.get('/host/:token', async ({ params }) => ({ host: params.token }))
app.get('/host-stats', async () => app.floodgate.get().stats())
await app.register(gateway, { config: loaded })
await app.listen({ port: Number(port), host: '127.0.0.1' })
process.once('SIGTERM', async () => {
  await app.close()
  process.exit()
})
