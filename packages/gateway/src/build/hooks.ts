import type { FastifyInstance, RouteShorthandOptions } from 'fastify'
import { isHealthRequest } from '@floodgate/router'
import type { RouteHooks, ServiceHooks } from '@floodgate/core'
import type { EndpointOverrides } from '@floodgate/engine'

const SERVICE_HOOKS = ['onRequest', 'onSend', 'onResponse', 'onRequestAbort'] as const

/** Adds a feature's hooks to every request of a scope. */
export function addHooks (scope: FastifyInstance, hooks: ServiceHooks): void {
  for (const name of SERVICE_HOOKS) {
    const hook = hooks[name]
    if (hook !== undefined) scope.addHook(name as 'onRequest', hook as NonNullable<ServiceHooks['onRequest']>)
  }
}

/** Adds the service's hooks to every request of a scope; some spare the health endpoint. */
export function addServiceHooks (scope: FastifyInstance, service: readonly ServiceHooks[]): void {
  for (const hooks of service) addHooks(scope, hooks.sparesHealth === true ? spareHealth(hooks) : hooks)
}

/** Collects the hooks of one route: the app's own come first, then the features' from the outermost to the innermost. */
export function routeHooks (
  features: readonly RouteHooks[],
  overrides: Pick<EndpointOverrides, 'onRequest' | 'preHandler'>
): Pick<RouteShorthandOptions, 'onRequest' | 'preHandler' | 'onSend'> {
  const all = [overrides as RouteHooks, ...features]
  const collect = <Name extends keyof RouteHooks>(name: Name) =>
    all.flatMap((hooks) => hooks[name] ?? []) as NonNullable<RouteHooks[Name]>[]
  const [onRequest, preHandler, onSend] = [collect('onRequest'), collect('preHandler'), collect('onSend')]
  return {
    ...(onRequest.length > 0 && { onRequest }),
    ...(preHandler.length > 0 && { preHandler }),
    ...(onSend.length > 0 && { onSend })
  }
}

function spareHealth ({ onRequest, onSend, ...others }: ServiceHooks): ServiceHooks {
  return {
    ...others,
    ...(onRequest && {
      onRequest: function onRequestButHealth (request, reply, done) {
        if (isHealthRequest(request)) done()
        else return onRequest.call(this, request, reply, done)
      }
    }),
    ...(onSend && {
      onSend: function onSendButHealth (request, reply, payload, done) {
        if (isHealthRequest(request)) done(null, payload)
        else return onSend.call(this, request, reply, payload, done)
      }
    })
  }
}
