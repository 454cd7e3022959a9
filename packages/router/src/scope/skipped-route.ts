import { answerEarly, type Endpoint } from '@floodgate/core'
import type { EndpointRoute } from './endpoint-route.ts'

/** Tells whether an endpoint is not served, because it uses something unsupported and such endpoints are skipped. */
export function isSkipped ({ unsupported = [] }: Pick<Endpoint, 'unsupported'>): boolean {
  return unsupported.length > 0
}

/** The route of such an endpoint: 501 and nothing else, before anything is read of the request. */
export const skippedRoute: EndpointRoute = {
  onRequest: function refuseSkipped (request, reply) {
    reply.header('x-krakend-completed', 'false')
    answerEarly(request, reply, 501)
  },
  handler () {}
}
