import type { Feature } from '@floodgate/core'
import * as bot from './bot/settings.ts'
import * as cors from './cors/settings.ts'
import * as http from './http/settings.ts'
import * as ip from './ip/settings.ts'
import * as policies from './policies/settings.ts'

/** The feature `security/bot-detector`: bots are answered 403, also on paths without a route. */
export const botFeature: Feature = {
  namespace: bot.namespace,
  schemas: { service: bot.BotSettings, endpoint: bot.BotSettings },
  load: async () => (await import('./bot/feature.ts')).feature
}

/** The feature `security/cors`: for the whole service, or for the responses of one endpoint (and its own OPTIONS endpoint). */
export const corsFeature: Feature = {
  namespace: cors.namespace,
  schemas: { service: cors.CorsSettings, endpoint: cors.CorsSettings },
  load: async () => (await import('./cors/feature.ts')).feature
}

/** The feature `security/http`; the health endpoint is exempt. */
export const httpFeature: Feature = {
  namespace: http.namespace,
  schemas: { service: http.HttpSettings, endpoint: http.HttpSettings },
  load: async () => (await import('./http/feature.ts')).feature
}

/** The feature `security/policies`: policies over the request, the response and the token. */
export const policiesFeature: Feature = {
  namespace: policies.namespace,
  needs: ['auth/validator'],
  schemas: { endpoint: policies.EndpointPolicies, backend: policies.BackendPolicies },
  load: async () => (await import('./policies/feature.ts')).feature
}

/**
 * The plugin `ip-filter` of the feature `plugin/http-server`: requests from other addresses are answered 403, on every
 * path.
 */
export const httpServerFeature: Feature = {
  namespace: ip.serverNamespace,
  plugins: [ip.plugin],
  schemas: { service: ip.PluginSettings },
  load: async () => (await import('./ip/features.ts')).serverFeature
}

/**
 * The plugin `ip-filter` of the feature `plugin/req-resp-modifier`: the endpoint, or one backend, fails for other
 * addresses.
 */
export const modifierFeature: Feature = {
  namespace: ip.modifierNamespace,
  plugins: [ip.plugin],
  schemas: { endpoint: ip.PluginSettings, backend: ip.PluginSettings },
  load: async () => (await import('./ip/features.ts')).modifierFeature
}

/** The namespaces that this package implements. */
export const features: readonly Feature[] = [
  httpServerFeature, corsFeature, httpFeature, botFeature, policiesFeature, modifierFeature
]

export type { BotSettings } from './bot/settings.ts'
export type { CorsSettings } from './cors/settings.ts'
export type { HttpSettings } from './http/settings.ts'
