import { STATUS_CODES, type Server } from 'node:http'
import Fastify, { type FastifyBaseLogger, type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { LoadedConfig } from '@floodgate/config-loader'
import { serverOptions } from '@floodgate/router'
import { ListenerCertificates } from '@floodgate/tls'
import type { Feature, Pause, Service, Workers } from '@floodgate/core'
import { addHooks } from '../build/hooks.ts'
import { createAccessLog, createRequestLog, createRequestLoggers, requestSerializers } from '@floodgate/telemetry'
import type { Mounted } from '../build/mount.ts'
import { addGateway } from '../plugin.ts'
import type { SharedResources } from '../reload/shared-resources.ts'
import { onAnyAddress } from './any-address.ts'
import { lazyCompilers } from './lazy-compilers.ts'
import { createServiceLogger } from './logger.ts'
import { createRequestIds } from './request-ids.ts'

export interface ServerOptions {
  /** How many `-d` the command has: 2 = log DEBUG, 3 = traces as well; 1 logs no more than 0. Default 0. */
  readonly debug?: number
  /** Logs nothing, watches no file and serves no metrics. */
  readonly silent?: boolean
  /** Features beside the built-in ones: those that the configuration was loaded with. */
  readonly features?: readonly Feature[]
  /** The other processes of this gateway. Default: none. */
  readonly workers?: Workers | null
}

/**
 * Builds a standalone server from a loaded configuration: its listener's options, its logger, and the gateway that
 * answers everything. It does not listen yet; `app.close()` closes all of it.
 *
 * @throws {FG_ERR_CONFIG_INVALID} settings of the listener's logger, or what a feature refuses
 */
export async function createServer (loaded: LoadedConfig, options: ServerOptions = {}): Promise<FastifyInstance> {
  const certificates = loaded.model.tls && new ListenerCertificates(
    loaded.model.tls,
    { onRenewal (error) { tellRenewal(app.log, error) } }
  )
  const { app } = await createApp(loaded, options, { certificates })
  if (certificates !== null) app.floodgate.onRenew(() => { certificates.renew() })
  return app
}

/** An app that serves a configuration. */
export interface App extends Mounted {
  readonly app: FastifyInstance
}

/**
 * The server of an app: its own one, with these certificates, or one that it gets its requests from, with what it shares
 * with the apps before and after it there.
 */
export type AppServer =
  | { readonly certificates: ListenerCertificates | null }
  | { readonly server: Server, readonly shared: SharedResources, readonly pause?: Pause | undefined }

/** How long an app may take that is built while another one serves, in ms. */
const SLICED_BUILD = 120_000

/** Builds the app of a standalone server. */
export async function createApp (
  loaded: LoadedConfig,
  { debug = 0, silent = false, features = [], workers = null }: ServerOptions,
  given: AppServer
): Promise<App> {
  const { model } = loaded
  // A logger is created even if it is not used, because its settings may be invalid.
  const log = silent && model.extra['telemetry/logging'] === undefined
    ? null
    : (await createServiceLogger(loaded, debug)).child({}, { serializers: requestSerializers, ...(silent && { level: 'silent' }) })
  const app = Fastify({
    ...serverOptions(model, given),
    schemaController: { compilersFactory: lazyCompilers },
    logController: createRequestLog(),
    // With pauses, it takes as long as requests let it.
    ...('pause' in given && given.pause !== undefined && { pluginTimeout: SLICED_BUILD }),
    genReqId: createRequestIds(model),
    // Not its `loggerInstance`: with one, Fastify measures every request for lines that are not written.
    ...(log !== null && { childLoggerFactory: createRequestLoggers(log) })
  })
  app.setErrorHandler(answerFault)
  if (log !== null) {
    app.log = log
    await logRequestsByDefault(app, model)
  }
  const mounted = await addGateway(app, loaded, {
    notFound: 'gateway',
    features,
    workers,
    ...'certificates' in given && { listener: given.certificates },
    ...('shared' in given && { shared: given.shared, ...given.pause !== undefined && { pause: given.pause } }),
    ...(silent && { watchCertificates: false, metrics: false })
  })
  return { app, ...mounted }
}

/**
 * Listens with an app of `createServer` on the configured address (default: all) and port, or on another port, and returns
 * the address.
 */
export async function listen (app: FastifyInstance, model: Service, port = model.port): Promise<string> {
  const address = await listenOn(app, model, port)
  // A connection could not be accepted, for example for lack of memory or descriptors.
  app.server.on('error', (err) => { app.log.error({ err }, 'the server failed to accept a connection') })
  return address
}

function listenOn (app: FastifyInstance, { listenIp }: Service, port: number): Promise<string> {
  return onAnyAddress(listenIp, (host) => app.listen({ port, host }))
}

/** Answers an error of a hook: it is logged, and the client only receives a status. */
function answerFault (error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const { statusCode = 0 } = error
  const status = statusCode >= 400 && statusCode <= 599 ? statusCode : 500
  if (status >= 500) request.log.error({ err: error }, 'request failed')
  else request.log.info({ err: error }, 'request refused')
  reply.code(status).removeHeader('content-type')
  // A route of a feature's own, which asks for Fastify's validation by its schema.
  if (error.validation !== undefined) { reply.send(error); return }
  // As the reference, whose own failures have no body.
  if (status >= 500) reply.send()
  else reply.type('text/plain; charset=utf-8').send(Buffer.from(`${status} ${STATUS_CODES[status]}`))
}

export function tellRenewal (log: FastifyBaseLogger, error: Error | null): void {
  if (error === null) log.info('certificates of the listener read again')
  else log.warn(`changed certificates of the listener cannot be used, the previous ones stay in use: ${error.message}`)
}

/** The reference logs every request by default; if `telemetry/logging` is configured, its feature does. */
async function logRequestsByDefault (app: FastifyInstance, model: Service): Promise<void> {
  if (model.extra['telemetry/logging'] !== undefined) return
  const hooks = await createAccessLog(undefined, { model, log: app.log })
  if (hooks !== undefined) addHooks(app, hooks)
}
