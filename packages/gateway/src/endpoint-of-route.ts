import type { FastifyRequest } from 'fastify'
import type { Endpoint } from '@floodgate/core'

const key = Symbol('floodgate.endpoint')

/** The part of a route's `config` that tells its endpoint. */
export function markRoute (endpoint: Endpoint): object {
  return { [key]: endpoint }
}

/** The endpoint that a request is for; null for one that matches none. */
export function endpointOfRoute (request: FastifyRequest): Endpoint | null {
  return (request.routeOptions.config as { [key]?: Endpoint } | undefined)?.[key] ?? null
}
