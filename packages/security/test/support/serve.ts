import { once } from 'node:events'
import { request, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify'
import type { Feature, FeatureContext, RouteHooks, Service, ServiceHooks } from '@floodgate/core'

export interface Sent { method?: string, path?: string, headers?: Record<string, string | string[]> }
export interface Answer { status: number, headers: IncomingHttpHeaders, body: string }

export const model = { extra: {}, place: [] } as unknown as Service

/** What a feature gets, with the problems and log lines that come of it. */
export function createContext () {
  const problems: string[] = []
  const warnings: string[] = []
  const into = (told: string[]) => (place: readonly unknown[], message: string): void => { told.push(`${place.join('.')}: ${message}`) }
  const context = { model, problem: into(problems), warning: into(warnings) } as unknown as FeatureContext
  return { problems, warnings, context }
}

/** Starts a server with a feature around all its requests; `GET /x` answers as `handler` says. */
export async function serve (t: Test, feature: Partial<Feature>, settings: object, handler = (_request: FastifyRequest, reply: FastifyReply) => { reply.send('ok') }) {
  const { context, problems } = createContext()
  const hooks = feature.service!(settings, context) as ServiceHooks & RouteHooks | undefined
  t.same(problems, [])
  const app = fastify({ exposeHeadRoutes: false })
  t.teardown(() => app.close())
  for (const name of ['onRequest', 'onSend'] as const) if (hooks?.[name]) app.addHook(name as 'onRequest', hooks[name] as never)
  app.setNotFoundHandler((_request, reply) => { reply.code(404).send('nothing') })
  app.route({ method: ['GET', 'DELETE'], url: '/x', handler })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  return async function send ({ method = 'GET', path = '/x', headers = {} }: Sent = {}): Promise<Answer> {
    const call = request({ port, host: '127.0.0.1', method, path, headers, agent: false })
    call.end()
    const [response] = await once(call, 'response')
    let body = ''
    for await (const chunk of response) body += String(chunk)
    return { status: response.statusCode, headers: response.headers, body }
  }
}
