import Fastify from 'fastify'
import type { Test } from 'tap'
import { gateway, type Configuration } from '@floodgate/gateway'
import { call, readAll, startOrigin, type ClientRequest } from '@floodgate/testing'

export interface Seen { method: string, url: string, headers: NodeJS.Dict<string | string[]>, body: string }

export interface ServeOptions {
  /** Keys of the endpoint `/a/{id}` beside its backend. */
  endpoint?: object
  /** Keys of its backend. */
  backend?: object
  /** Keys of the service. */
  service?: object
  /** What the backend answers; default: some JSON. */
  answer?: { status?: number, headers?: Record<string, string>, body?: string }
  /** More backends. */
  more?: object[]
  logger?: object
}

/** Serves `/a/{id}` with one backend, which is asked for `/b/{id}`. */
export async function serve (t: Test, { endpoint = {}, backend = {}, service = {}, answer = {}, more = [], logger }: ServeOptions) {
  const seen: Seen[] = []
  const origin = await startOrigin(t, (request, response) => {
    readAll(request).then((body) => {
      seen.push({ method: request.method!, url: request.url!, headers: request.headers, body: String(body) })
      const { status = 200, headers = {}, body: text = '{"a":1,"s":"x","n":null,"l":[1,2,{"k":"v"}],"o":{"p":1}}' } = answer
      response.writeHead(status, { 'content-type': 'application/json', 'x-up': 'u', ...headers }).end(text)
    }).catch(() => { response.destroy() })
  })
  const app = Fastify({ forceCloseConnections: true, ...logger !== undefined && { logger } })
  t.teardown(() => app.close())
  const config = {
    version: 3,
    timeout: '60s',
    ...service,
    endpoints: [{
      endpoint: '/a/{id}',
      ...endpoint,
      backend: [{ host: [origin.url], url_pattern: '/b/{id}', ...backend }, ...more.map((one) => ({ host: [origin.url], url_pattern: '/more', ...one }))]
    }]
  }
  await app.register(gateway, { config: JSON.parse(JSON.stringify(config).replaceAll('ORIGIN', origin.url)) as Configuration, env: {}, notFound: 'gateway' })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  return async (path = '/a/7', options: ClientRequest = {}) => {
    seen.length = 0
    const { status, headers, body } = await call(url + path, options)
    const text = String(body)
    return { status, headers, text, json: text.startsWith('{') ? JSON.parse(text) as Record<string, unknown> : null, seen: [...seen] }
  }
}

export const messages = { router: { return_error_msg: true } }
export const proxy = (settings: object) => ({ extra_config: { 'modifier/lua-proxy': settings } })
export const backend = (settings: object) => ({ extra_config: { 'modifier/lua-backend': settings } })
export const endpoint = (settings: object) => ({ extra_config: { 'modifier/lua-endpoint': settings } })
