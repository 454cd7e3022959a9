import { STATUS_CODES, type Server } from 'node:http'
import type { FastifyError, FastifyReply, FastifyRequest, FastifyServerFactory, FastifyServerOptions } from 'fastify'
import type { Service } from '@floodgate/core'
import type { ListenerCertificates } from '@floodgate/tls'
import { createFacade } from './facade.ts'
import { createListener } from './listener.ts'
import { createRewriteUrl } from '../table/rewrite-url.ts'

/** Options of Fastify for a service with its own server. */
export type ServerOptions = Pick<FastifyServerOptions,
  | 'clientErrorHandler'
  | 'exposeHeadRoutes'
  | 'frameworkErrors'
  | 'return503OnClosing'
  | 'rewriteUrl'
  | 'routerOptions'
  | 'serverFactory'
  | 'trustProxy'>

/**
 * Creates the options of a standalone server from a model: the listener with its limits and TLS (`createListener`),
 * path parameters up to the size of a header block, and paths that are decoded before they are routed. The client's
 * address is determined by the gateway's own rules, not by Fastify's `trustProxy`.
 *
 * @param prefix where the gateway is mounted on that server, without a trailing slash
 * @param certificates of the model's `tls`; by default created here, read and updated
 * @param server one that listens already, for apps that replace each other: its owner passes requests to `app.routing`.
 *   Default: the app gets a listener of its own
 * @throws {FG_ERR_CONFIG_SERVER_TLS} if the files of `tls` cannot be used when the server is created
 * @example const app = Fastify({ ...serverOptions(model), logger: true })
 */
export function serverOptions (
  service: Service,
  { prefix = '', certificates, server }: { prefix?: string, certificates?: ListenerCertificates | null, server?: Server } = {}
): ServerOptions {
  return {
    // The listener answers what is not a request.
    clientErrorHandler () {},
    exposeHeadRoutes: false,
    frameworkErrors: answerMalformed,
    // Requests that arrive on open connections during a shutdown are served, with `connection: close`.
    return503OnClosing: false,
    rewriteUrl: createRewriteUrl(service, prefix) as NonNullable<FastifyServerOptions['rewriteUrl']>,
    routerOptions: {
      caseSensitive: true,
      ignoreDuplicateSlashes: false,
      ignoreTrailingSlash: false,
      maxParamLength: service.maxHeaderBytes,
      useSemicolonDelimiter: false
    } as NonNullable<FastifyServerOptions['routerOptions']>,
    serverFactory: ((handler) => server === undefined
      ? createListener(service, handler as never, certificates)
      : createFacade(server)) as FastifyServerFactory,
    trustProxy: false,
    // Only so that Fastify reports an https address: the listener is created here.
    ...(service.tls !== null && { https: {} })
  }
}

/** The answer of Go's server to a path with an invalid escape. */
function answerMalformed ({ statusCode = 400 }: FastifyError, _request: FastifyRequest, reply: FastifyReply): void {
  reply.code(statusCode).header('content-type', 'text/plain; charset=utf-8').send(Buffer.from(`${statusCode} ${STATUS_CODES[statusCode]}`))
}
