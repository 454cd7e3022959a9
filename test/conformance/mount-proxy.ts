import Fastify from 'fastify'
import configLoader from '@floodgate/config-loader'
import proxy from '@floodgate/proxy'
import type { StartGateway } from './gateway-process.ts'

/** Serves the configuration in an app of this process by `@fastify/reply-from`: config-loader and proxy, without the gateway. */
export const mountProxy: StartGateway = async (configFile, port, env) => {
  const app = Fastify()
  try {
    await app.register(configLoader, { config: configFile, env: { ...env } })
    await app.register(proxy)
    await app.listen({ port, host: '127.0.0.1' })
  } catch (err) {
    await app.close()
    return { exit: { code: 1 }, log: (err as Error).message, stop: async () => {} }
  }
  return { exit: null, log: '', stop: () => app.close() }
}
