export { guardScope } from './front/scope.ts'
export { createListener } from './listener/listener.ts'
export { serverOptions, type ServerOptions } from './listener/server-options.ts'
export { routerFeature, routerSchema, routerSettings, type RouterSettings } from './router-settings.ts'
export { splitVirtualPath, virtualHostFeature, virtualHosts, type VirtualHostSettings } from './virtual-hosts.ts'
export { errors } from './errors.ts'
export type { EndpointRoute, RouteMark } from './scope/endpoint-route.ts'
export {
  createRouting, isHealthRequest, type RegisteredRoute, registerRoutes, type RouteRegistration, type Routing
} from './scope/register-routes.ts'
export { addRoutesInOneStep } from './scope/add-routes-in-one-step.ts'
export { reportLaterClashes } from './scope/later-clashes.ts'
export { isSkipped, skippedRoute } from './scope/skipped-route.ts'
export { listRoutes, type Route, type RouteKind } from './table/route-table.ts'
