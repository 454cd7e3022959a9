import type { FastifyRequest } from 'fastify'
import type { Endpoint } from '@floodgate/core'

/** The endpoint that a request is for; null for one that matches none. */
export function endpointOfRoute (request: FastifyRequest): Endpoint | null {
  return request.routeOptions.config?.floodgate?.endpoint ?? null
}
