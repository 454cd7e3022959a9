import type { Interceptor } from '@floodgate/http-client'
import {
  asError, type Backend, type Endpoint, type Exchange, type Feature, type FeatureContext, type ObserveCall, type Place, type RouteHooks,
  type ServiceHooks, type Step, type Watch
} from '@floodgate/core'
import { featureFailed } from '../errors.ts'
import { guardHooks, type FailHook, type HookGuardOptions } from '../foreign/guard-hook.ts'
import { guardInterceptor } from '../foreign/guard-interceptor.ts'
import { orderAround } from '../order.ts'
import { endpointOfRoute } from './endpoint-of-route.ts'
import { observeAll } from './observe-all.ts'
import type { StepGuard } from '../foreign/guard-step.ts'
import { withTimeout } from '../foreign/with-timeout.ts'

/** Features of one gateway, each called only where its namespace is configured. */
export interface Attachments {
  setup (): Promise<void>
  serviceHooks (): ServiceHooks[]
  /** From the outermost to the innermost. */
  routeHooks (endpoint: Endpoint): RouteHooks[]
  aroundEndpoint (step: Step, endpoint: Endpoint, guard: StepGuard): Step
  aroundCall (step: Step, backend: Backend, guard: StepGuard): Step
  aroundBackend (step: Step, backend: Backend, guard: StepGuard): Step
  aroundExchange (exchange: Exchange, backend: Backend, guard: StepGuard): Exchange
  /** Watches the answers of an endpoint, outside everything. */
  watchEndpoint (step: Step, endpoint: Endpoint): Step
  /** Watches the answers of a backend, outside its features. */
  watchBackend (step: Step, backend: Backend, endpoint: Endpoint): Step
  /** Watches the raw calls of a backend; undefined = they are not watched. */
  observeCalls (backend: Backend, endpoint: Endpoint): ObserveCall | undefined
  interceptors (backend: Backend, endpoint: Endpoint): Interceptor[]
}

/** What is the host's among the features, and is not trusted to behave. */
export interface ForeignOptions {
  /** Namespaces of the host's own features. */
  readonly namespaces: ReadonlySet<string>
  /** How long the `setup` of one may take, in ms; 0 = without end. */
  readonly setupTimeout: number
  readonly fail: FailHook
  hostAnswers (): boolean
}

/**
 * Takes what a part of a feature has thrown while the gateway was built, where it is only built to be checked: the part is
 * left out, and the others are built.
 *
 * @param place of the feature's settings
 */
export type OnFault = (error: unknown, place: Place, namespace: string) => void

/** Prepares the features that are configured, ordered from the outermost to the innermost, for the stack. */
export function createAttachments (
  features: readonly Feature[],
  context: FeatureContext,
  foreign: ForeignOptions,
  onFault?: OnFault
): Attachments {
  const inwards = [...features].reverse()
  const aroundEndpoints = [...orderAround('endpoint', features)].reverse()
  const aroundBackends = [...orderAround('backend', features)].reverse()
  let found: readonly Watch[] | undefined
  const isForeign = ({ namespace }: Feature): boolean => foreign.namespaces.has(namespace)
  const hookOptions = (feature: Feature, endpoint: Endpoint | null): HookGuardOptions => ({
    who: nameOf(feature),
    endpointOf: endpoint === null ? endpointOfRoute : () => endpoint,
    fail: foreign.fail,
    hostAnswers: foreign.hostAnswers
  })
  const guarded = <Hooks extends ServiceHooks | RouteHooks>(
    feature: Feature,
    hooks: Hooks | undefined,
    endpoint: Endpoint | null
  ): Hooks[] => {
    if (hooks === undefined || hooks === null) return []
    return [isForeign(feature) ? guardHooks(hooks, hookOptions(feature, endpoint)) : hooks]
  }
  return {
    async setup () {
      for (const feature of features) {
        if (feature.setup === undefined) continue
        if (onFault !== undefined) {
          await Promise.resolve().then(() => feature.setup!(context)).catch(
            (error) => { onFault(error, ['extra_config', feature.namespace], feature.namespace) }
          )
        } else if (!isForeign(feature)) await feature.setup(context)
        else {
          await attempt(
            feature,
            'setup',
            () => withTimeout(feature.setup!(context), foreign.setupTimeout, () => new Error(`it had not ended after ${foreign.setupTimeout} ms`))
          )
        }
      }
    },
    serviceHooks: () => features.flatMap((feature) => {
      const settings = context.model.extra[feature.namespace]
      return settings === undefined
        ? []
        : guarded(feature, boot(feature, 'service', [], undefined, () => feature.service?.(settings, context)), null)
    }),
    routeHooks: (endpoint) => features.flatMap((feature) => {
      const settings = endpoint.extra[feature.namespace]
      return settings === undefined
        ? []
        : guarded(feature, boot(feature, 'route', endpoint.place, undefined, () => feature.route?.(settings, endpoint, context)), endpoint)
    }),
    aroundEndpoint: (step, endpoint, guard) => aroundEndpoints.reduce((next, feature) => {
      const settings = endpoint.extra[feature.namespace]
      if (settings === undefined || !feature.endpoint) return next
      const wrap = (next: Step) =>
        boot(feature, 'endpoint', endpoint.place, next, () => feature.endpoint!(settings, next, endpoint, context))
      return isForeign(feature) ? guard.step(nameOf(feature), next, wrap) : wrap(next)
    }, step),
    aroundCall: (step, backend, guard) => aroundStep('call', step, backend, guard),
    aroundBackend: (step, backend, guard) => aroundStep('backend', step, backend, guard),
    aroundExchange: (exchange, backend, guard) => inwards.reduce((next, feature) => {
      const settings = settingsAt(feature, backend)
      if (settings === undefined || !feature.exchange) return next
      const wrap = (next: Exchange) =>
        boot(feature, 'exchange', backend.place, next, () => feature.exchange!(settings, next, backend, context))
      return isForeign(feature) ? guard.exchange(nameOf(feature), next, wrap) : wrap(next)
    }, exchange),
    watchEndpoint: (step, endpoint) => watches().reduce((next, watch) => watch.endpoint?.(next, endpoint) ?? next, step),
    watchBackend: (step, backend, endpoint) => watches().reduce((next, watch) => watch.backend?.(next, backend, endpoint) ?? next, step),
    observeCalls: (backend, endpoint) => observeAll(watches().flatMap((watch) => watch.call?.(backend, endpoint) ?? [])),
    interceptors: (backend, { method, path }) => features.flatMap((feature) => {
      const settings = backend.extra[feature.namespace]
      const interceptor = settings === undefined
        ? undefined
        : boot(feature, 'client', backend.place, undefined, () => feature.client?.(settings, backend, context))
      if (interceptor === undefined || interceptor === null) return []
      return [isForeign(feature) ? guardInterceptor({ who: nameOf(feature), where: `${method} ${path}` }, interceptor) : interceptor]
    })
  }

  function settingsAt ({ namespace, inherits }: Feature, { extra }: Backend): unknown {
    return extra[namespace] ?? (inherits === true ? context.model.extra[namespace] : undefined)
  }

  /** What watches, from the innermost to the outermost: made at its first use, after the setup. */
  function watches (): readonly Watch[] {
    found ??= inwards.flatMap((feature) => {
      const settings = context.model.extra[feature.namespace]
      if (settings === undefined || feature.watch === undefined) return []
      return boot(feature, 'watch', [], undefined, () => feature.watch!(settings, context)) ?? []
    })
    return found
  }

  function aroundStep (part: 'call' | 'backend', step: Step, backend: Backend, guard: StepGuard): Step {
    return aroundBackends.reduce((next, feature) => {
      const settings = settingsAt(feature, backend)
      if (settings === undefined || !feature[part]) return next
      const wrap = (next: Step) => boot(feature, part, backend.place, next, () => feature[part]!(settings, next, backend, context))
      return isForeign(feature) ? guard.step(nameOf(feature), next, wrap) : wrap(next)
    }, step)
  }

  /**
   * Runs a part of a feature while the gateway is built; what a foreign one throws names it.
   *
   * @param without what takes the place of the part where its fault is taken
   */
  function boot<Value> (feature: Feature, part: string, place: Place, without: Value, run: () => Value): Value {
    if (onFault === undefined && !isForeign(feature)) return run()
    try {
      return run()
    } catch (thrown) {
      if (onFault === undefined) throw describe(feature, part, thrown)
      onFault(thrown, [...place, 'extra_config', feature.namespace], feature.namespace)
      return without
    }
  }

  async function attempt (feature: Feature, part: string, run: () => Promise<void>): Promise<void> {
    try {
      await run()
    } catch (thrown) {
      throw describe(feature, part, thrown)
    }
  }
}

/** An error of Floodgate's own, which says where it belongs, stays what it is. */
function describe ({ namespace }: Feature, part: string, thrown: unknown): unknown {
  const error = asError(thrown)
  return String((error as { code?: unknown }).code).startsWith('FG_ERR_') ? error : featureFailed(namespace, part, error)
}

function nameOf ({ namespace }: Feature): string {
  return `the feature ${namespace}`
}
