import createError from '@fastify/error'

/** The host has a route of its own where one of the configuration belongs. */
const FG_ERR_ROUTER_ROUTE_TAKEN = createError('FG_ERR_ROUTER_ROUTE_TAKEN',
  '%s of the configuration cannot be registered: this app already has the route %s; register the configuration under a prefix, or remove one of the two')

export const errors = { FG_ERR_ROUTER_ROUTE_TAKEN }

/** @param route of the configuration: `GET /users/{id} (endpoints.0)` */
export const routeTaken = (route: string, taken: string, cause: unknown) => new FG_ERR_ROUTER_ROUTE_TAKEN(route, taken, { cause })
