import type { Backend, Exchange, Service } from '@floodgate/core'
import type { Client, ClientStatistics } from '@floodgate/http-client'
import type { SrvDirectory } from '@floodgate/engine'

/** What the plugin gives an app: `app.floodgateProxy`. */
export interface FloodgateProxy {
  readonly model: Service
  /** The client of a backend's settings, for requests of one's own: `fetch(url, { dispatcher: app.floodgateProxy.clientFor(backend).dispatcher })`. */
  clientFor (backend: Backend): Client
  /** The raw call of a backend: bodies that do not come at once are streams. */
  exchangeFor (backend: Backend): Exchange
  /** SRV names of backends with `sd: dns`. */
  readonly directory: SrvDirectory
  /** Connections, requests and failures, by client settings. */
  stats (): ClientStatistics[]
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Added by `@floodgate/proxy`; undefined before. */
    floodgateProxy: FloodgateProxy
  }
}
