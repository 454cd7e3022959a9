import createError from '@fastify/error'

/** A route of the host and one of the configuration are in the same place. */
const FG_ERR_ROUTER_ROUTE_TAKEN = createError('FG_ERR_ROUTER_ROUTE_TAKEN',
  '%s cannot be registered: %s; register the configuration under a prefix, or remove one of the two')

/** A hook of the host threw null or undefined, and the hooks behind it did not run. */
const FG_ERR_ROUTER_HOOKS_SKIPPED = createError('FG_ERR_ROUTER_HOOKS_SKIPPED',
  'the hooks of %s did not run: a hook of this app threw null or undefined, which Fastify takes for success; throw an Error')

export const errors = { FG_ERR_ROUTER_ROUTE_TAKEN, FG_ERR_ROUTER_HOOKS_SKIPPED }

/** @param route of the configuration: `GET /users/{id} (endpoints.0)` */
export const hooksSkipped = (route: string) => new FG_ERR_ROUTER_HOOKS_SKIPPED(route)

/** @param route of the configuration: `GET /users/{id} (endpoints.0)` */
export const routeTaken = (route: string, taken: string, cause: unknown) =>
  new FG_ERR_ROUTER_ROUTE_TAKEN(`${route} of the configuration`, `this app already has the route ${taken}`, { cause })

/** @param taken route of the configuration: `GET /users/{id} (endpoints.0)` */
export const routeTakenByConfiguration = (route: string, taken: string) =>
  new FG_ERR_ROUTER_ROUTE_TAKEN(`the route ${route} of this app`, `the configuration has ${taken} in its place`)
