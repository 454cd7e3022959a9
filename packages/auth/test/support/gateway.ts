import { EventEmitter, once } from 'node:events'
import Fastify, { type FastifyInstance } from 'fastify'
import { Agent, request, type Dispatcher } from 'undici'
import type { Teardown } from '@floodgate/testing'
import { gateway, type Configuration, type GatewayOptions } from '@floodgate/gateway'

export interface Answer {
  readonly status: number
  readonly headers: Dispatcher.ResponseData['headers']
  readonly body: string
}

export interface TestGateway {
  readonly app: FastifyInstance
  readonly url: string
  /** Lines of the log at level warn and above. */
  readonly log: string[]
  /** Waits for a line. */
  logged (pattern: RegExp): Promise<void>
  get (path: string, headers?: Record<string, string | string[]>): Promise<Answer>
  send (method: 'GET' | 'POST', path: string, options?: { headers?: Record<string, string | string[]>, body?: string }): Promise<Answer>
}

/** Starts a gateway of a configuration on a free port, and takes it down with the test. */
export async function startGateway (t: Teardown, config: { endpoints: object[], extra_config?: object, client_tls?: object }, env: NodeJS.ProcessEnv = {}, overrides: GatewayOptions['overrides'] = {}): Promise<TestGateway> {
  const log: string[] = []
  const lines = new EventEmitter()
  const write = (line: string) => {
    log.push(line)
    lines.emit('line')
  }
  const app = Fastify({ forceCloseConnections: true, logger: { level: 'warn', stream: { write } } })
  await app.register(gateway, { config: { version: 3, timeout: '60s', ...config } as Configuration, notFound: 'gateway', env, overrides: overrides as never, closeTimeout: 100 })
  const agent = new Agent()
  t.teardown(async () => {
    await agent.destroy()
    await app.close()
  })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  const send: TestGateway['send'] = async (method, path, { headers = {}, body } = {}) => {
    const answer = await request(url + path, { dispatcher: agent, method, headers, ...(body !== undefined && { body }) })
    return { status: answer.statusCode, headers: answer.headers, body: await answer.body.text() }
  }
  const logged = async (pattern: RegExp) => { while (!log.some((line) => pattern.test(line))) await once(lines, 'line') }
  return { app, url, log, logged, send, get: (path, headers = {}) => send('GET', path, { headers }) }
}
