import createError from '@fastify/error'

/** A route of the host and one of the configuration are in the same place. */
const FG_ERR_ROUTER_ROUTE_TAKEN = createError('FG_ERR_ROUTER_ROUTE_TAKEN',
  '%s cannot be registered: %s; register the configuration under a prefix, or remove one of the two')

export const errors = { FG_ERR_ROUTER_ROUTE_TAKEN }

/** @param route of the configuration: `GET /users/{id} (endpoints.0)` */
export const routeTaken = (route: string, taken: string, cause: unknown) =>
  new FG_ERR_ROUTER_ROUTE_TAKEN(`${route} of the configuration`, `this app already has the route ${taken}`, { cause })

/** @param taken route of the configuration: `GET /users/{id} (endpoints.0)` */
export const routeTakenByConfiguration = (route: string, taken: string) =>
  new FG_ERR_ROUTER_ROUTE_TAKEN(`the route ${route} of this app`, `the configuration has ${taken} in its place`)
