import type { FastifyRequest } from 'fastify'
import { heldLimit, type Backend, type Endpoint, type Feature, type FeatureContext, type FeatureClient } from '@floodgate/core'
import { aroundStep } from './around-step.ts'
import type { ScriptCall } from './errors.ts'
import { onRequest } from './on-request.ts'
import { readScripts, type Script } from './read-scripts.ts'
import type { ScriptSettings } from './settings.ts'
import type { ContextParts } from './values/context.ts'
import { BackendRequest, EndpointRequest } from './values/core-requests.ts'

/** What `floodgate.script` attaches, for one gateway. */
export function createScriptFeature (): Partial<Feature> {
  let scripts: ReadonlyMap<ScriptSettings, Script> = new Map()
  /** What `incoming` has put into the state of a request, by the settings of its endpoint. */
  const states = new WeakMap<FastifyRequest, Map<ScriptSettings, Record<string, unknown>>>()
  let client: FeatureClient | null = null

  function partsOf (settings: ScriptSettings, endpoint: Endpoint | null, context: FeatureContext): ContextParts {
    return {
      endpoint: endpoint === null ? null : { method: endpoint.method, path: endpoint.path },
      options: settings.options ?? {},
      client () {
        client ??= context.serviceClient()
        return client
      }
    }
  }

  return {
    async setup (context) { scripts = await readScripts(context) },

    service (settings: ScriptSettings, context) {
      const script = scripts.get(settings)
      if (script?.phases.incoming === undefined) return undefined
      const { model } = context
      return {
        onRequest: onRequest(script.phases.incoming, {
          where: callOf(script, 'the service'),
          parts: partsOf(settings, null, context),
          limit: heldLimit(model.extra),
          timeout: Math.max(0, ...model.endpoints.map(({ timeout }) => timeout)),
          keep: () => {}
        }),
        sparesHealth: true
      }
    },

    route (settings: ScriptSettings, endpoint, context) {
      const script = scripts.get(settings)
      if (script?.phases.incoming === undefined) return undefined
      return {
        onRequest: onRequest(script.phases.incoming, {
          where: callOf(script, nameOf(endpoint)),
          parts: partsOf(settings, endpoint, context),
          limit: heldLimit(endpoint.extra, context.model.extra),
          timeout: endpoint.timeout,
          keep (request, state) {
            const kept = states.get(request) ?? new Map<ScriptSettings, Record<string, unknown>>()
            states.set(request, kept.set(settings, state))
          }
        })
      }
    },

    endpoint (settings: ScriptSettings, next, endpoint, context) {
      const script = scripts.get(settings)
      if (script === undefined) return next
      const keeps = script.phases.incoming !== undefined
      return aroundStep(script.phases, next, {
        where: callOf(script, nameOf(endpoint)),
        parts: partsOf(settings, endpoint, context),
        isRaw: endpoint.outputEncoding === 'no-op',
        show: (core) => new EndpointRequest(core),
        stateOf: keeps ? ({ incoming }) => states.get(incoming)?.get(settings) ?? null : () => null
      })
    },

    backend (settings: ScriptSettings, next, backend, context) {
      const script = scripts.get(settings)
      if (script === undefined) return next
      const endpoint = endpointOf(backend, context)
      return aroundStep(script.phases, next, {
        where: { ...callOf(script, nameOf(endpoint)), isBackend: true },
        parts: partsOf(settings, endpoint, context),
        isRaw: backend.encoding === 'no-op',
        show: (core) => new BackendRequest(core),
        stateOf: () => null
      })
    }
  }
}

function callOf ({ module, file }: Script, where: string): ScriptCall {
  return { module, file, where, isBackend: false }
}

function nameOf ({ method, path }: Endpoint): string {
  return `${method} ${path}`
}

function endpointOf (backend: Backend, { model }: FeatureContext): Endpoint {
  return model.endpoints.find(({ backends }) => backends.includes(backend))!
}
