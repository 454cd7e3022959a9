import type { Feature } from '@floodgate/core'
import type { preHandlerHookHandler } from 'fastify'
import { restoreBody } from '../objects/context.ts'
import { createEnvironment } from './environment.ts'
import { createScriptHook } from './hook.ts'
import { backendNamespace, endpointNamespace, proxyNamespace, type LuaSettings } from './settings.ts'
import { createScriptStep } from './step.ts'

/** Time for a script of the service where there is no endpoint, in ms. */
const fallbackTimeout = 2000

/** What `modifier/lua-endpoint` attaches: a script before every request, or before those of a route. */
export function createEndpointFeature (): Partial<Feature> {
  const environment = createEnvironment()
  return {
    service (settings: LuaSettings, context) {
      const { model } = context
      const timeout = Math.max(0, ...model.endpoints.map(({ timeout }) => timeout)) || fallbackTimeout
      const place = [...model.place, 'extra_config', endpointNamespace]
      const hook = createScriptHook(settings, { place, timeout, keepsStatus: false, extras: [model.extra], environment }, context)
      return hook === null ? undefined : { onRequest: hook }
    },
    route (settings: LuaSettings, { place: endpoint, timeout, extra }, context) {
      const place = [...endpoint, 'extra_config', endpointNamespace]
      const extras = [extra, context.model.extra]
      const hook = createScriptHook(settings, { place, timeout, keepsStatus: true, extras, environment }, context)
      return hook === null ? undefined : { onRequest: hook, preHandler: keepBody }
    }
  }
}

const keepBody: preHandlerHookHandler = (request, _reply, done) => {
  restoreBody(request)
  done()
}

/** What `modifier/lua-proxy` attaches: scripts around the merged answer of an endpoint. */
export function createProxyFeature (): Partial<Feature> {
  const environment = createEnvironment()
  return {
    endpoint (settings: LuaSettings, next, { place, outputEncoding }, context) {
      const isRaw = outputEncoding === 'no-op'
      return createScriptStep(settings, next, {
        namespace: proxyNamespace, place: [...place, 'extra_config', proxyNamespace], isRaw, environment
      }, context)
    }
  }
}

/** What `modifier/lua-backend` attaches: scripts around the decoded answer of a backend. */
export function createBackendFeature (): Partial<Feature> {
  const environment = createEnvironment()
  return {
    backend (settings: LuaSettings, next, { place, encoding }, context) {
      return createScriptStep(settings, next, {
        namespace: backendNamespace, place: [...place, 'extra_config', backendNamespace], isRaw: encoding === 'no-op', environment
      }, context)
    }
  }
}
