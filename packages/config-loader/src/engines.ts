import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import type { Endpoint, Service } from '@floodgate/core'
import { noEngine, servedTwice, twoScopes, unknownEndpoint } from './errors.ts'
import type { LoadedConfig } from './load-config.ts'
import { registerRoutes, type EndpointRoute } from '@floodgate/router'
import { isSkipped } from '@floodgate/router'

/** What `@floodgate/config-loader` gives an app, and where an engine attaches to it: `app.floodgateConfig`. */
export interface FloodgateConfig extends LoadedConfig {
  /**
   * Takes an endpoint over: its route is registered in the scope, beside the health endpoint and what the configuration
   * switches on, when the plugin that calls this has run to its end. Call it for all endpoints at once, from one scope,
   * without awaiting in between.
   *
   * @throws {FG_ERR_CONFIG_SERVED_TWICE} another engine has the endpoint
   * @throws {FG_ERR_CONFIG_TWO_SCOPES} another scope has endpoints of this configuration
   * @throws {FG_ERR_CONFIG_UNKNOWN_ENDPOINT} the endpoint is not of this configuration
   */
  serve (scope: FastifyInstance, endpoint: Endpoint, route: EndpointRoute): void
}

export interface Engines {
  readonly serve: FloodgateConfig['serve']
  /** @throws {FG_ERR_CONFIG_NO_ENGINE} naming the endpoints that nobody took */
  check (): void
}

/** Collects who serves what of a model. */
export function createEngines (model: Service): Engines {
  const routes = new Map<Endpoint, EndpointRoute>()
  let home: FastifyInstance | null = null
  return {
    serve (scope, endpoint, route) {
      if (!model.endpoints.includes(endpoint)) throw unknownEndpoint(nameOf(endpoint))
      if (routes.has(endpoint)) throw servedTwice(nameOf(endpoint))
      if (home !== null && home !== scope) throw twoScopes(nameOf(endpoint))
      if (home === null) {
        home = scope
        scope.register(fp(async function floodgateRoutes (inner) {
          registerRoutes(inner, model, (endpoint) => routes.get(endpoint))
        }))
      }
      routes.set(endpoint, route)
    },
    check () {
      const missing = model.endpoints.filter((endpoint) => !routes.has(endpoint) && !isSkipped(endpoint))
      if (missing.length > 0) throw noEngine(nameSome(missing))
    }
  }
}

function nameOf ({ method, path }: Endpoint): string {
  return `${method} ${path}`
}

/** The first few by name. */
function nameSome (endpoints: readonly Endpoint[]): string {
  const names = endpoints.slice(0, 5).map(nameOf).join(', ')
  return endpoints.length > 5 ? `${names} and ${endpoints.length - 5} more` : names
}
