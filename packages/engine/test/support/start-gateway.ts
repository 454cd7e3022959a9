import Fastify, { type FastifyInstance } from 'fastify'
import type { Dispatcher } from 'undici'
import { CoreRequest, type Endpoint, type Headers } from '@floodgate/core'
import { createClients, defaultTransport, recycle } from '@floodgate/http-client'
import { createExchange, passThrough, serve, type CreateCoreRequest, type Prepare } from '@floodgate/engine'
import type { Teardown } from '@floodgate/testing'
import type { GatewayOptions, RouteOptions, Subject } from '../../../../test/pass-through/subject.ts'

/** Starts a Fastify whose routes pass to `origin`, everything let through. */
export async function startGateway (t: Teardown, { origin, routes, client, fastify, before }: GatewayOptions): Promise<{ app: FastifyInstance, url: string }> {
  const app = Fastify({ forceCloseConnections: true, ...fastify })
  const clients = createClients({ env: {} })
  const { dispatcher } = clients.acquire({ tls: null, followRedirects: true, sendBodyOnRedirect: false, proxy: null, transport: defaultTransport, ...client })
  t.teardown(async () => {
    await app.close()
    await clients.close({ timeout: 1 })
  })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, payload, done) => { done(null, payload) })
  before?.(app)
  app.after(() => {
    for (const route of routes) addRoute(app, origin, route, dispatcher)
  })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  return { app, url }
}

function addRoute (app: FastifyInstance, origin: string, route: RouteOptions, dispatcher: Dispatcher): void {
  const { path = '/*', method = 'GET', backendMethod = method, target, timeout = 5000, errors = {} } = route
  const endpoint = { method, path, timeout, cacheTtl: 0, backends: [{ urlPattern: target ?? path, method: backendMethod }] } as unknown as Endpoint
  const exchange = createExchange({ dispatcher, mode: 'pass', recycle })
  const prepare: Prepare = (core) => {
    core.origin = origin
    core.method = backendMethod
    core.target = target ?? core.incoming.raw.url!
  }
  const handler = serve({ endpoint, step: passThrough(prepare, exchange), coreRequest, errors })
  app.route({ method, url: path, exposeHeadRoute: false, handler })
}

export const coreRequest: CreateCoreRequest = (request, params, call) => {
  const { raw } = request
  const { host, ...headers } = raw.headers
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0 || (raw.httpVersionMajor === 2 && !raw.readableEnded && raw.method !== 'GET')
  return new CoreRequest(request, call, raw.method!, params, headers as Headers, null, hasBody ? raw : null)
}

export const subject: Subject = { name: 'engine', byReplyFrom: false, gatewayProcess: new URL('gateway-process.ts', import.meta.url), startGateway }
