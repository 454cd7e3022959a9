import Fastify, { type FastifyInstance } from 'fastify'
import { CoreRequest, type Endpoint, type Headers } from '@floodgate/core'
import { createClients, defaultTransport } from '@floodgate/http-client'
import type { CreateCoreRequest, EndpointOverrides, Target } from '@floodgate/engine'
import type { Teardown } from '@floodgate/testing'
import type * as Shared from '../../../../test/pass-through/subject.ts'
import { serveEndpoint } from '../../src/serve-endpoint.ts'
import { createDispatcher } from '../../src/dispatcher.ts'

interface RouteOptions extends Shared.RouteOptions {
  overrides?: EndpointOverrides
}

interface GatewayOptions extends Omit<Shared.GatewayOptions, 'routes'> {
  routes: RouteOptions[]
}

/** Starts a Fastify whose routes pass to `origin`, everything let through. */
export async function startGateway (t: Teardown, { origin, routes, client: settings, fastify, before }: GatewayOptions): Promise<{ app: FastifyInstance, url: string }> {
  const app = Fastify({ forceCloseConnections: true, ...fastify })
  const clients = createClients({ env: {} })
  const client = clients.acquire({ tls: null, followRedirects: true, sendBodyOnRedirect: false, proxy: null, transport: defaultTransport, ...settings })
  t.teardown(async () => {
    await app.close()
    await clients.close({ timeout: 1 })
  })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, payload, done) => { done(null, payload) })
  app.register(import('@fastify/reply-from'), { undici: createDispatcher(client), disableRequestLogging: true })
  before?.(app)
  app.after(() => {
    for (const route of routes) addRoute(app, origin, route)
  })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  return { app, url }
}

function addRoute (app: FastifyInstance, origin: string, route: RouteOptions): void {
  const { path = '/*', method = 'GET', backendMethod = method, target, timeout = 5000, errors = {}, overrides = {} } = route
  const endpoint = { method, path, timeout, cacheTtl: 0, backends: [{ urlPattern: target ?? path, method: backendMethod }] } as unknown as Endpoint
  const prepare: Target = (core) => {
    core.origin = origin
    core.method = backendMethod
    core.target = target ?? core.incoming.raw.url!
  }
  const handler = serveEndpoint({ endpoint, target: prepare, hosts: null, coreRequest, errors, overrides })
  app.route({ method, url: path, exposeHeadRoute: false, handler })
}

const coreRequest: CreateCoreRequest = (request, params, call) => {
  const { raw } = request
  const { host, ...headers } = raw.headers
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0 || (raw.httpVersionMajor === 2 && !raw.readableEnded && raw.method !== 'GET')
  return new CoreRequest(request, call, raw.method!, params, headers as Headers, null, hasBody ? raw : null)
}

export const subject: Shared.Subject = { name: 'reply-from', byReplyFrom: true, gatewayProcess: new URL('gateway-process.ts', import.meta.url), startGateway }
