import { once } from 'node:events'
import http from 'node:http'
import Fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify'
import type { Endpoint, Service } from '@floodgate/core'
import { registerRoutes, serverOptions, type EndpointRoute, type RouteRegistration } from '@floodgate/router'
import { readAll, type Teardown } from '@floodgate/testing'

/** A service with these endpoints (`GET /path`) and router settings. */
export function service (endpoints: readonly string[], parts: Partial<Service> = {}, router: Record<string, unknown> = {}): Service {
  return {
    extra: { router },
    debugEndpoint: false,
    echoEndpoint: false,
    disableRest: false,
    tls: null,
    useH2c: false,
    readTimeout: 0,
    readHeaderTimeout: 0,
    writeTimeout: 0,
    idleTimeout: 0,
    maxHeaderBytes: 1 << 20,
    endpoints: endpoints.map((text, index) => {
      const [method, path] = text.split(/ (.*)/s) as [string, string]
      return { index, method, path } as Endpoint
    }),
    ...parts
  } as Service
}

/** Serves every endpoint by telling which it is, and what it got. */
export function describingRoute (endpoint: Endpoint): EndpointRoute {
  return {
    async handler (request) {
      const stream = (request.body ?? request.raw) as AsyncIterable<Buffer>
      const body = (await readAll(stream)).toString('latin1')
      return { endpoint: `${endpoint.method} ${endpoint.path}`, params: request.params, ...(body !== '' && { body }), ...(request.headers['content-type'] !== undefined && { type: request.headers['content-type'] }) }
    }
  }
}

export interface StartOptions extends RouteRegistration {
  /** Mounted below this in a Fastify of somebody else, instead of standalone. */
  prefix?: string
  /** In a Fastify of somebody else, without a prefix. */
  embedded?: boolean
  fastify?: FastifyServerOptions
  before?: (app: FastifyInstance) => void
  routeFor?: (endpoint: Endpoint) => EndpointRoute | undefined
}

/** Starts a service's routes on a real server; gives its address. */
export async function startRoutes (t: Teardown, model: Service, { prefix, embedded = prefix !== undefined, fastify, before, routeFor = describingRoute, ...registration }: StartOptions = {}): Promise<string> {
  const app = Fastify({ ...(embedded ? {} : serverOptions(model)), ...fastify }) as unknown as FastifyInstance
  t.teardown(() => app.close())
  before?.(app)
  await app.register(async (scope) => { registerRoutes(scope, model, routeFor, registration) }, prefix === undefined ? {} : { prefix })
  return await app.listen({ port: 0, host: '127.0.0.1' })
}

export interface Answer {
  status: number
  headers: http.IncomingHttpHeaders
  text: string
  /** The body as JSON; the text where it is none. */
  body: any
}

/** Sends a request whose path goes out as it is. */
export async function ask (url: string, path: string, { method = 'GET', headers = {}, body }: { method?: string, headers?: http.OutgoingHttpHeaders, body?: string | Buffer } = {}): Promise<Answer> {
  const { hostname, port } = new URL(url)
  const request = http.request({ hostname, port, path, method, headers: { ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }), ...headers }, agent: false })
  request.end(body)
  const [response] = await once(request, 'response') as [http.IncomingMessage]
  const text = String(await readAll(response))
  let parsed: unknown = text
  try { parsed = JSON.parse(text) } catch { /* text it is */ }
  return { status: response.statusCode!, headers: response.headers, text, body: parsed }
}
