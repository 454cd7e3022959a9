import type { FastifyInstance, FastifyServerOptions } from 'fastify'
import type { createClients } from '@floodgate/http-client'
import type { Teardown } from '@floodgate/testing'

/** What passes requests to a backend and its answers to clients; the tests here are the same for all. */
export interface Subject {
  /** First words of the titles. */
  readonly name: string
  /** Whether `@fastify/reply-from` does it: it has two documented differences, and a log line of its own. */
  readonly byReplyFrom: boolean
  /** Module that runs `serveAndReport`. */
  readonly gatewayProcess: URL
  startGateway (t: Teardown, options: GatewayOptions): Promise<{ app: FastifyInstance, url: string }>
}

export interface RouteOptions {
  path?: string
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Method of the backend; default the route's. */
  backendMethod?: 'GET' | 'POST' | 'HEAD'
  /** Path of the backend; default the client's. */
  target?: string
  timeout?: number
  errors?: { showErrorText?: boolean, semanticErrors?: boolean, showInternals?: boolean }
}

export interface GatewayOptions {
  origin: string
  routes: RouteOptions[]
  /** What the backend's client settings change of the defaults. */
  client?: Partial<Parameters<ReturnType<typeof createClients>['acquire']>[0]>
  fastify?: FastifyServerOptions
  /** Runs before the routes are added. */
  before?: (app: FastifyInstance) => void
}
