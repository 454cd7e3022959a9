import Fastify from 'fastify'
import gateway from '@floodgate/gateway'
import type { StartGateway } from './gateway-process.ts'

/** Mounts the gateway in an app of this process. */
export const mount: StartGateway = async (configFile, port, env) => {
  const app = Fastify()
  try {
    await app.register(gateway, { config: configFile, notFound: 'gateway', env: { ...env } })
    await app.listen({ port, host: '127.0.0.1' })
  } catch (err) {
    await app.close()
    return { exit: { code: 1 }, log: (err as Error).message, stop: async () => {} }
  }
  return { exit: null, log: '', stop: () => app.close() }
}
