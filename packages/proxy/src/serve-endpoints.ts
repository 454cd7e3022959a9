import type { FastifyInstance, RouteOptions } from 'fastify'
import type { Endpoint, Service } from '@floodgate/core'
import { recycle } from '@floodgate/http-client'
import { createBalancer } from '@floodgate/engine'
import { createCoreRequest } from '@floodgate/engine'
import type { FloodgateProxy } from './decorator.ts'
import { findEndpoints } from './find-endpoint.ts'
import type { EndpointOverrides, Engine, ProxyOptions } from './options.ts'
import { passThrough } from '@floodgate/engine'
import { registerReplyFrom, serveReplyFrom } from './reply-from.ts'
import { serve } from '@floodgate/engine'
import { createTarget } from '@floodgate/engine'

/** The part of `app.floodgateConfig` (`@floodgate/config-loader`) that an engine needs. */
export interface Configured {
  readonly model: Service
  serve (scope: FastifyInstance, endpoint: Endpoint, route: Omit<RouteOptions, 'method' | 'url'>): void
}

/** Serves the pass-through endpoints of a configuration, in a scope of their own; leaves the others to whoever decodes. */
export function serveEndpoints (scope: FastifyInstance, configured: Configured, proxy: FloodgateProxy, options: ProxyOptions): void {
  const { model } = configured
  const overrides = overridesByEndpoint(model, options.overrides ?? {})
  const endpoints = model.endpoints.filter(isPassThrough)
  const engines = new Map(endpoints.map((endpoint) => [endpoint, chooseEngine(overrides.get(endpoint), options.engine)]))
  if ([...engines.values()].includes('reply-from')) registerReplyFrom(scope)
  for (const endpoint of endpoints) configured.serve(scope, endpoint, createRoute(endpoint, engines.get(endpoint)!, overrides.get(endpoint), proxy, options))
}

function createRoute (endpoint: Endpoint, engine: Engine, overrides: EndpointOverrides = {}, proxy: FloodgateProxy, options: ProxyOptions): Omit<RouteOptions, 'method' | 'url'> {
  const { engine: _, onRequest, preHandler, ...replyFromOverrides } = overrides
  const { model, directory } = proxy
  const { showErrorText = returnsErrorMessage(model), showInternals = false, semanticErrors = false } = options
  const errors = { showErrorText, showInternals, semanticErrors }
  const [backend] = endpoint.backends
  const coreRequest = createCoreRequest(endpoint, model)
  const prepare = createTarget(backend, endpoint, { service: model, balance: createBalancer(backend, directory) })
  const exchange = proxy.exchangeFor(backend)
  return {
    handler: engine === 'step'
      ? serve({ endpoint, step: passThrough(prepare, exchange), coreRequest, errors, recycle })
      : serveReplyFrom({ endpoint, prepare, exchange, coreRequest, overrides: replyFromOverrides, errors }),
    ...(onRequest !== undefined && { onRequest }),
    ...(preHandler !== undefined && { preHandler })
  }
}

/** An endpoint whose answers nobody decodes; the loader sees to it that it has one backend, and that no-op too. */
function isPassThrough ({ outputEncoding, backends }: Endpoint): boolean {
  return outputEncoding === 'no-op' && backends.length === 1
}

/** Its functions need reply-from. */
function chooseEngine (overrides: EndpointOverrides = {}, fallback: Engine = 'step'): Engine {
  const { engine, onRequest, preHandler, ...replyFromOverrides } = overrides
  return engine ?? (Object.values(replyFromOverrides).some((value) => value !== undefined) ? 'reply-from' : fallback)
}

function overridesByEndpoint (model: Service, overrides: NonNullable<ProxyOptions['overrides']>): Map<Endpoint, EndpointOverrides> {
  const byEndpoint = new Map<Endpoint, EndpointOverrides>()
  for (const [name, changes] of Object.entries(overrides)) {
    for (const endpoint of findEndpoints(model, name)) byEndpoint.set(endpoint, { ...byEndpoint.get(endpoint), ...changes })
  }
  return byEndpoint
}

function returnsErrorMessage ({ extra }: Service): boolean {
  return (extra['router'] as { return_error_msg?: unknown } | undefined)?.return_error_msg === true
}
