import type { FastifyInstance, RouteOptions } from 'fastify'
import type { Endpoint, Service } from '@floodgate/core'
import {
  createCoreRequest, createHosts, createTarget, findOverrides, type EndpointOverrides, type FloodgateEntry
} from '@floodgate/engine'
import type { Client } from '@floodgate/http-client'
import { FG_ERR_PROXY_OPTIONS } from './errors.ts'
import type { ProxyOptions } from './options.ts'
import { serveEndpoint } from './serve-endpoint.ts'
import { createView } from './view.ts'

/** The part of `app.floodgateConfig` (`@floodgate/config-loader`) that the proxy needs. */
export interface LoadedConfiguration {
  readonly model: Service
  serve (scope: FastifyInstance, endpoint: Endpoint, route: Omit<RouteOptions, 'method' | 'url'>): void
}

/**
 * Serves the pass-through endpoints of a configuration: for each distinct client a scope with a reply-from of its own.
 * Leaves the other endpoints to the engine that decodes.
 *
 * @throws {FG_ERR_PROXY_OPTIONS} overrides that do not fit
 */
export function serveEndpoints (
  scope: FastifyInstance,
  { model, serve }: LoadedConfiguration,
  entry: FloodgateEntry,
  options: ProxyOptions
): void {
  const { byEndpoint, wrong } = findOverrides(
    options.overrides ?? {},
    model.endpoints,
    { rewriteResponse: 'is served by @floodgate/gateway only: use onResponse' }
  )
  if (wrong.length > 0) throw new FG_ERR_PROXY_OPTIONS(wrong.join('; '))
  for (const [client, endpoints] of groupByClient(model.endpoints.filter(isPassThrough), entry)) {
    scope.register(async function oneClient (scope) {
      scope.register(import('@fastify/reply-from'), { undici: createView(client), disableRequestLogging: true })
      for (const endpoint of endpoints) serve(scope, endpoint, createRoute(endpoint, byEndpoint.get(endpoint) ?? {}, entry, options))
    })
  }
}

function createRoute (
  endpoint: Endpoint,
  { onRequest, preHandler, schema, ...overrides }: EndpointOverrides,
  { model, directory, clientFor }: FloodgateEntry,
  options: ProxyOptions
): Omit<RouteOptions, 'method' | 'url'> {
  const { showErrorText = returnsErrorMessage(model), showInternals = false, semanticErrors = false } = options
  const [backend] = endpoint.backends
  const { balance, group } = createHosts(backend, clientFor(backend), directory)
  return {
    handler: serveEndpoint({
      endpoint,
      target: createTarget(backend, endpoint, { service: model, balance }),
      hosts: group,
      coreRequest: createCoreRequest(endpoint, model),
      overrides,
      errors: { showErrorText, showInternals, semanticErrors }
    }),
    ...onRequest !== undefined && { onRequest },
    ...preHandler !== undefined && { preHandler },
    ...schema !== undefined && { schema: schema as object }
  }
}

/** Equal client settings are one client. */
function groupByClient (endpoints: readonly Endpoint[], entry: FloodgateEntry): Map<Client, Endpoint[]> {
  const groups = new Map<Client, Endpoint[]>()
  for (const endpoint of endpoints) {
    const client = entry.clientFor(endpoint.backends[0])
    const group = groups.get(client)
    if (group === undefined) groups.set(client, [endpoint])
    else group.push(endpoint)
  }
  return groups
}

/** An endpoint whose responses are not decoded; the loader sees to it that it has one backend, and that no-op too. */
function isPassThrough ({ outputEncoding, backends }: Endpoint): boolean {
  return outputEncoding === 'no-op' && backends.length === 1
}

function returnsErrorMessage ({ extra }: Service): boolean {
  return (extra['router'] as { return_error_msg?: unknown } | undefined)?.return_error_msg === true
}
