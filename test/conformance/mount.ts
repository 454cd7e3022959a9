import Fastify from 'fastify'
import gateway, { type GatewayOptions } from '@floodgate/gateway'
import type { StartGateway } from './gateway-process.ts'

/** Mounts the gateway in an app of this process. */
export const mount = mountWith({})

/** The same, in an app where its configuration can be replaced. */
export const mountReloadable = mountWith({ reloadable: true })

function mountWith (options: Pick<GatewayOptions, 'reloadable'>): StartGateway {
  return (configFile, port, env) => start(configFile, port, env, options)
}

async function start (configFile: string, port: number, env: NodeJS.ProcessEnv, options: object): ReturnType<StartGateway> {
  const app = Fastify()
  try {
    await app.register(gateway, { config: configFile, notFound: 'gateway', env: { ...env }, ...options })
    await app.listen({ port, host: '127.0.0.1' })
  } catch (err) {
    await app.close()
    return { exit: { code: 1 }, log: (err as Error).message, stop: async () => {} }
  }
  return { exit: null, log: '', stop: () => app.close() }
}
