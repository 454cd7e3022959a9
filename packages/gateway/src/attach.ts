import type { Interceptor } from '@floodgate/http-client'
import type { Backend, Endpoint, Exchange, Feature, FeatureContext, RouteHooks, ServiceHooks, Step } from '@floodgate/core'

/** Features of one gateway, each called only where its namespace is configured. */
export interface Attachments {
  setup (): Promise<void>
  serviceHooks (): ServiceHooks[]
  /** From the outermost to the innermost. */
  routeHooks (endpoint: Endpoint): RouteHooks[]
  aroundEndpoint (step: Step, endpoint: Endpoint): Step
  aroundBackend (step: Step, backend: Backend): Step
  aroundExchange (exchange: Exchange, backend: Backend): Exchange
  interceptors (backend: Backend): Interceptor[]
}

/** Prepares the features that are configured, ordered from the outermost to the innermost, for the stack. */
export function createAttachments (features: readonly Feature[], context: FeatureContext): Attachments {
  const inwards = [...features].reverse()
  return {
    async setup () {
      for (const feature of features) await feature.setup?.(context)
    },
    serviceHooks: () => features.flatMap((feature) => {
      const settings = context.model.extra[feature.namespace]
      return settings === undefined ? [] : feature.service?.(settings, context) ?? []
    }),
    routeHooks: (endpoint) => features.flatMap((feature) => {
      const settings = endpoint.extra[feature.namespace]
      return settings === undefined ? [] : feature.route?.(settings, endpoint, context) ?? []
    }),
    aroundEndpoint: (step, endpoint) => inwards.reduce((next, feature) => {
      const settings = endpoint.extra[feature.namespace]
      return settings === undefined || !feature.endpoint ? next : feature.endpoint(settings, next, endpoint, context)
    }, step),
    aroundBackend: (step, backend) => inwards.reduce((next, feature) => {
      const settings = backend.extra[feature.namespace]
      return settings === undefined || !feature.backend ? next : feature.backend(settings, next, backend, context)
    }, step),
    aroundExchange: (exchange, backend) => inwards.reduce((next, feature) => {
      const settings = backend.extra[feature.namespace]
      return settings === undefined || !feature.exchange ? next : feature.exchange(settings, next, backend, context)
    }, exchange),
    interceptors: (backend) => features.flatMap((feature) => {
      const settings = backend.extra[feature.namespace]
      return settings === undefined ? [] : feature.client?.(settings, backend, context) ?? []
    })
  }
}
