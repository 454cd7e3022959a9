import type { FastifyInstance, RouteShorthandOptions } from 'fastify'
import type { RouteHooks, ServiceHooks } from '@floodgate/core'
import type { EndpointOverrides } from './options.ts'

const SERVICE_HOOKS = ['onRequest', 'onSend', 'onResponse', 'onRequestAbort'] as const

/** Adds a feature's hooks to every request of a scope. */
export function addHooks (scope: FastifyInstance, hooks: ServiceHooks): void {
  for (const name of SERVICE_HOOKS) {
    const hook = hooks[name]
    if (hook !== undefined) scope.addHook(name as 'onRequest', hook as NonNullable<ServiceHooks['onRequest']>)
  }
}

/**
 * Adds the service's hooks to every request of a scope; those that spare the health endpoint run behind the others.
 *
 * @returns the scope for the health endpoint
 */
export async function addServiceHooks (scope: FastifyInstance, service: readonly ServiceHooks[]): Promise<FastifyInstance> {
  const sparing = service.filter(({ sparesHealth = false }) => sparesHealth)
  for (const hooks of service) if (!sparing.includes(hooks)) addHooks(scope, hooks)
  if (sparing.length === 0) return scope
  let health = scope
  // A child scope has the hooks its parent had when it was made, and no later ones.
  await scope.register(async (child) => { health = child })
  for (const hooks of sparing) addHooks(scope, hooks)
  return health
}

/** Collects the hooks of one route: the app's own come first, then the features' from the outermost to the innermost. */
export function routeHooks (features: readonly RouteHooks[], overrides: EndpointOverrides): Pick<RouteShorthandOptions, 'onRequest' | 'preHandler' | 'onSend'> {
  const all = [overrides as RouteHooks, ...features]
  const collect = <Name extends keyof RouteHooks>(name: Name) => all.flatMap((hooks) => hooks[name] ?? []) as NonNullable<RouteHooks[Name]>[]
  const [onRequest, preHandler, onSend] = [collect('onRequest'), collect('preHandler'), collect('onSend')]
  return {
    ...(onRequest.length > 0 && { onRequest }),
    ...(preHandler.length > 0 && { preHandler }),
    ...(onSend.length > 0 && { onSend })
  }
}
