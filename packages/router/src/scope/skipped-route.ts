import { answerEarly, type Endpoint } from '@floodgate/core'
import type { EndpointRoute } from './endpoint-route.ts'

/** Returns whether an endpoint is not served, because it has unsupported settings and such endpoints are skipped. */
export function isSkipped ({ unsupported = [] }: Pick<Endpoint, 'unsupported'>): boolean {
  return unsupported.length > 0
}

/** The route of such an endpoint: it answers 501 before the request is read. */
export const skippedRoute: EndpointRoute = {
  onRequest: function refuseSkipped (request, reply) {
    reply.header('x-krakend-completed', 'false')
    answerEarly(request, reply, 501)
  },
  handler () {}
}
