import type { Feature } from '@floodgate/core'
import { backendNamespace, endpointNamespace, EndpointLuaSettings, LuaSettings, proxyNamespace } from './place/settings.ts'

/** The feature `modifier/lua-endpoint`: a script before a request is handled, of the whole service or of an endpoint. */
export const luaEndpointFeature: Feature = {
  namespace: endpointNamespace,
  schemas: { service: EndpointLuaSettings, endpoint: EndpointLuaSettings },
  holdsBodies: readsBody,
  load: async () => (await import('./place/features.ts')).createEndpointFeature()
}

/** The feature `modifier/lua-proxy`: scripts around the merged answer of an endpoint. */
export const luaProxyFeature: Feature = {
  namespace: proxyNamespace,
  schemas: { endpoint: LuaSettings },
  holdsBodies: readsBody,
  load: async () => (await import('./place/features.ts')).createProxyFeature()
}

/** The feature `modifier/lua-backend`: scripts around the answer of a backend. */
export const luaBackendFeature: Feature = {
  namespace: backendNamespace,
  schemas: { backend: LuaSettings },
  holdsBodies: readsBody,
  load: async () => (await import('./place/features.ts')).createBackendFeature()
}

/** The namespaces that this package implements. */
export const features: readonly Feature[] = [luaEndpointFeature, luaProxyFeature, luaBackendFeature]

/** Whether a script may read a request's body: files are not looked into. */
function readsBody (settings: unknown): boolean {
  const { pre = '', sources = [] } = settings as LuaSettings
  return sources.length > 0 || /\bbody\b/.test(pre)
}

export type { LuaSettings } from './place/settings.ts'
