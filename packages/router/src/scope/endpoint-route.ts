import type { RouteOptions } from 'fastify'
import type { Endpoint } from '@floodgate/core'
import type { Route } from '../table/route-table.ts'

/** What serves an endpoint: a handler, and any hooks and options of a Fastify route. */
export type EndpointRoute = Omit<RouteOptions, 'method' | 'url' | 'path' | 'exposeHeadRoute' | 'prefixTrailingSlash' | 'bodyLimit'>

/** What a route serves: `request.routeOptions.config.floodgate`. */
export interface RouteMark {
  readonly kind: Route['kind']
  /** As the configuration has it; null for routes of the gateway's own (health, debug, echo, OPTIONS). */
  readonly endpoint: Endpoint | null
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Of the routes of a KrakenD configuration only. */
    floodgate?: RouteMark
  }
}
