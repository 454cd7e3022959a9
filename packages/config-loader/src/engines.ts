import type { FastifyInstance, onSendHookHandler } from 'fastify'
import fp from 'fastify-plugin'
import type { Endpoint, Service } from '@floodgate/core'
import { noEngine, servedTwice, twoPrefixes, unknownEndpoint } from './errors.ts'
import type { LoadedConfig } from './load-config.ts'
import { addRoutesInOneStep, createRouting, isSkipped, skippedRoute, type EndpointRoute } from '@floodgate/router'

/** What `@floodgate/config-loader` gives an app, and where an engine attaches to it: `app.floodgateConfig`. */
export interface FloodgateConfig extends LoadedConfig {
  /**
   * Takes an endpoint over: its route is registered in the scope of its engine, when the plugin that calls this has run
   * to its end. What is not an endpoint (health, 404, what the configuration switches on) is in the first of these
   * scopes.
   *
   * @throws {FG_ERR_CONFIG_SERVED_TWICE} another engine has the endpoint
   * @throws {FG_ERR_CONFIG_TWO_PREFIXES} endpoints of this configuration are served below another prefix
   * @throws {FG_ERR_CONFIG_UNKNOWN_ENDPOINT} the endpoint is not of this configuration
   */
  serve (scope: FastifyInstance, endpoint: Endpoint, route: EndpointRoute): void
}

export interface Engines {
  readonly serve: FloodgateConfig['serve']
  /** @throws {FG_ERR_CONFIG_NO_ENGINE} naming the endpoints without an engine */
  check (): void
}

/**
 * Collects who serves what of a model.
 *
 * @param compress the last `onSend` hook of all its routes; null = none
 */
export function createEngines (model: Service, compress: onSendHookHandler | null = null): Engines {
  const routes = new Map<Endpoint, EndpointRoute>()
  const scopes = new Map<FastifyInstance, Set<Endpoint>>()
  const routing = createRouting(model, undefined, compress)
  const isOwn = new Set(model.endpoints)

  /** The route of an endpoint that is not served is registered in the first scope. */
  function register (scope: FastifyInstance, isFirst: boolean): Set<Endpoint> {
    const taken = new Set(isFirst ? model.endpoints.filter(isSkipped) : [])
    scope.register(fp(async function floodgateRoutes (inner) {
      addRoutesInOneStep(inner, () => {
        if (isFirst) routing.addService(inner)
        routing.addEndpoints(
          inner,
          (endpoint) => !taken.has(endpoint) ? undefined : isSkipped(endpoint) ? skippedRoute : routes.get(endpoint)
        )
      })
    }))
    return taken
  }

  return {
    serve (scope, endpoint, route) {
      if (!isOwn.has(endpoint)) throw unknownEndpoint(nameOf(endpoint))
      if (routes.has(endpoint)) throw servedTwice(nameOf(endpoint))
      const [first] = scopes.keys()
      if (first !== undefined && first.prefix !== scope.prefix) {
        throw twoPrefixes(nameOf(endpoint), first.prefix || '/', scope.prefix || '/')
      }
      const taken = scopes.get(scope) ?? register(scope, first === undefined)
      scopes.set(scope, taken)
      if (!isSkipped(endpoint)) taken.add(endpoint)
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
