import Fastify, { type FastifyInstance } from 'fastify'
import { serverOptions, type LoadedConfig } from '@floodgate/config-loader'
import type { Feature, Service } from '@floodgate/core'
import { createLogger, secretNames, type LoggingSettings } from '@floodgate/telemetry'
import { gateway } from './index.ts'

export interface ServerOptions {
  /** How much more to log: 1 = DEBUG, 2 = traces as well. Default 0. */
  readonly debug?: number
  /** Logs nothing: for a server that is only built. */
  readonly silent?: boolean
  /** Features beside the built-in ones: those that the configuration was loaded with. */
  readonly features?: readonly Feature[]
}

/**
 * Builds a standalone server from a loaded configuration: its listener's options, its logger, and the gateway that
 * answers everything. It does not listen yet; `app.close()` closes all of it.
 */
export async function createServer (loaded: LoadedConfig, { debug = 0, silent = false, features = [] }: ServerOptions = {}): Promise<FastifyInstance> {
  const { model } = loaded
  const settings = model.extra['telemetry/logging'] as LoggingSettings | undefined
  const app = Fastify({
    ...serverOptions(model),
    disableRequestLogging: true,
    ...(silent ? { logger: false } : { loggerInstance: createLogger(settings, { debug, secrets: secretNames(model) }) })
  }) as unknown as FastifyInstance
  await app.register(gateway, { config: loaded, notFound: 'gateway', features })
  return app
}

/** Listens where the configuration says, or on another port, and tells the address. */
export function listen (app: FastifyInstance, model: Service, port = model.port): Promise<string> {
  return app.listen({ port, host: model.listenIp || '::' })
}
