import type { FastifyInstance, RouteHandlerMethod } from 'fastify'
import { ConfigError, problemAt, type LoadedConfig, type Problem } from '@floodgate/config-loader'
import { guardScope, loadCompression, registerRoutes, registerRoutesInSlices, routerSettings, type EndpointRoute } from '@floodgate/router'
import { Call, createMetricRegistry, type Endpoint, type Feature, type FeatureContext, type Pause, type Workers } from '@floodgate/core'
import { createFailure, findOverrides, openEntry, withMetrics, type ErrorAnswerOptions, type FloodgateEntry } from '@floodgate/engine'
import { createAttachments, type Attachments, type ForeignOptions, type OnFault } from './attach.ts'
import { loadConfigured } from './configured-features.ts'
import { answerBare, guardHooks, timeLeft } from '../foreign/guard-hook.ts'
import { createStepGuard } from '../foreign/guard-step.ts'
import { endpointOfRoute } from './endpoint-of-route.ts'
import { addHooks, addServiceHooks, routeHooks } from './hooks.ts'
import type { ListenerCertificates } from '@floodgate/tls'
import type { SharedResources } from '../reload/shared-resources.ts'
import { listHostsOut } from '../reload/hosts-out.ts'
import { createStateStore } from '../reload/state-store.ts'
import type { NamedCheck } from '../health/ready-report.ts'
import { loadRequestMetrics, loadSources, openWithApp } from '../metrics/load-metrics.ts'
import type { RequestMetrics } from '../metrics/request-metrics.ts'
import { keepRequests } from '../metrics/keep-requests.ts'
import { wantsMetrics } from '../metrics/wants-metrics.ts'
import { logWarnings } from '../log-warnings.ts'
import type { GatewayOptions } from '../options.ts'
import { wrongOptions } from '../errors.ts'
import { OwnSettings, ownSettings } from '../own-settings.ts'
import { composeEndpoint, type Parts } from './stack.ts'

export interface MountOptions extends Pick<GatewayOptions, 'env' | 'overrides' | 'closeTimeout' | 'watchCertificates' | 'metrics'> {
  readonly name: string
  /** From the outermost to the innermost. */
  readonly features: readonly Feature[]
  /** Namespaces of those that are the host's own. */
  readonly foreign: ReadonlySet<string>
  /** Whether what matches no route is the gateway's to answer. */
  readonly unmatched: boolean
  readonly workers: Workers | null
  /** The certificates of its own listener. Default: those of `shared`, or none. */
  readonly listener?: ListenerCertificates | null
  /** What it shares with the configurations before and after it. Default: it has all of it to itself. */
  readonly shared?: SharedResources
  /** Called between endpoints, where another configuration is served meanwhile. Default: all of them are one step. */
  readonly pause?: Pause
  /** Absent: what is wrong is thrown. Otherwise the gateway is built for a check, and not served. */
  readonly dryRun?: DryRun
}

/** Called with the problems of a configuration. */
export interface DryRun {
  /** Whether the model has errors: its routes are not registered, and what throws has been told. */
  readonly salvaged: boolean
  found (problem: Problem): void
  onFault: OnFault
}

const repeats = 'is served by @floodgate/proxy only: the gateway repeats nothing'
const servedByProxy = { retryDelay: repeats, retriesCount: repeats, maxRetriesOn503: repeats }

type Closer = () => void | Promise<void>

/** A mounted configuration. */
export interface Mounted {
  readonly entry: FloodgateEntry
  /** Runs what features do when it begins to serve; with `shared` the caller calls it, otherwise Fastify's `onListen` does. */
  serve (): Promise<void>
  /** Measures a response that has ended, which the caller tells with `shared`; null = nothing is measured. */
  readonly ended: RequestMetrics['end'] | null
}

/**
 * Mounts a loaded configuration in a scope of its own: parse is done, this is build; serve and close follow from the
 * hooks it adds.
 *
 * What a build that fails had opened is closed at once.
 *
 * @throws {FG_ERR_CONFIG_INVALID} a feature found problems in its settings
 */
export async function mount (scope: FastifyInstance, loaded: LoadedConfig, options: MountOptions): Promise<Mounted> {
  guardScope(scope)
  const closers: Closer[] = []
  const close = async () => {
    const failures: unknown[] = []
    // A failure does not leave the others open.
    for (let closer = closers.pop(); closer !== undefined; closer = closers.pop()) {
      try {
        await closer()
      } catch (error) {
        failures.push(error)
      }
    }
    if (failures.length > 0) throw failures[0]
  }
  scope.addHook('onClose', close)
  try {
    return await build(scope, loaded, options, closers)
  } catch (error) {
    await close().catch((err) => { scope.log.error({ err }, 'resources of a failed start could not be closed') })
    throw error
  }
}

/** @param closers filled with what is to be closed, the last one first */
async function build (scope: FastifyInstance, loaded: LoadedConfig, options: MountOptions, closers: Closer[]): Promise<Mounted> {
  const { model } = loaded
  const { dryRun } = options
  const overrides = findOverrides(options.overrides ?? {}, model.endpoints, servedByProxy)
  if (overrides.wrong.length > 0) throw wrongOptions(overrides.wrong)
  const { shared, env = process.env, listener = shared?.listener ?? null } = options
  const { entry, clients, close } = openEntry(scope, loaded, {
    plugin: '@floodgate/gateway',
    name: options.name,
    clients: shared?.clients,
    env: options.env,
    watch: dryRun === undefined && (options.watchCertificates ?? true),
    checks: dryRun === undefined,
    lookups: dryRun === undefined,
    known: shared?.known,
    closeTimeout: options.closeTimeout ?? 10_000
  })
  closers.push(close)
  const state = (shared?.state ?? createStateStore()).use()
  closers.push(() => state.release())
  const { clientFor, hostsFor, directory } = entry
  const wanted = dryRun === undefined && options.metrics !== false && wantsMetrics(model)
  const registry = shared?.registry ?? createMetricRegistry()
  const metrics = wanted ? registry.use(keepRequests(model.endpoints)) : null
  if (metrics !== null) closers.push(() => { metrics.release() })
  const problems: Problem[] = []
  const warnings: Problem[] = []
  const renewals: (() => void | Promise<void>)[] = []
  const servings: (() => void | Promise<void>)[] = []
  const files = new Set<string>()
  const checks: NamedCheck[] = []
  const context: FeatureContext = {
    model,
    scope,
    log: scope.log,
    clientFor,
    serviceClient: (settings = model.client) => clients.acquire(settings),
    dryRun: dryRun !== undefined,
    workers: options.workers,
    metrics,
    env: options.env ?? process.env,
    folder: loaded.folder,
    reads (file) { files.add(file) },
    keep: state.keep,
    onServe (serve) { servings.push(serve) },
    onRenew (renew) { renewals.push(renew) },
    checkReady (name, check) { checks.push({ name, check }) },
    problem (place, message) { problems.push(problemAt(loaded, place, message)) },
    warning (place, message) { warnings.push(problemAt(loaded, place, message, 'warning')) },
    onClose (closer) { closers.push(closer) }
  }
  const router = routerSettings(model)
  const own = ownSettings(model)
  const errors: ErrorAnswerOptions = {
    showErrorText: router.return_error_msg,
    showInternals: router.return_error_msg && own.show_internal_errors === true,
    semanticErrors: own.semantic_errors === true
  }
  const foreign = describeForeign(scope, { namespaces: options.foreign, isSliced: options.pause !== undefined }, errors)
  const attachments = createAttachments(
    await loadConfigured(options.features, model, foreign.setupTimeout),
    context,
    foreign,
    dryRun?.onFault
  )
  await attachments.setup()

  const parts: Parts = {
    model,
    attachments,
    hostsFor,
    errors,
    maxDecodedBytes: own.max_decoded_bytes ?? OwnSettings.properties.max_decoded_bytes.default,
    clientFor
  }
  const requests = metrics === null ? null : await loadRequestMetrics(model, { metrics, clientFor, listens: shared === undefined })
  if (requests !== null) addHooks(scope, requests.hooks)
  addServiceHooks(scope, attachments.serviceHooks())
  // What throws after a problem was found most likely follows from it, and would hide the others.
  const compose = (make: () => RouteHandlerMethod): RouteHandlerMethod => {
    try {
      return make()
    } catch (error) {
      if (problems.length === 0) throw error
      return (_request, reply) => { reply.code(500).send() }
    }
  }
  const routeFor = (endpoint: Endpoint): EndpointRoute => {
    const { onRequest, preHandler, schema, ...changes } = overrides.byEndpoint.get(endpoint) ?? {}
    const guarding = { who: 'the override', endpointOf: () => endpoint, fail: foreign.fail, hostAnswers: foreign.hostAnswers }
    const own = {
      ...onRequest !== undefined && { onRequest: [onRequest].flat().map((hook) => guardHooks({ onRequest: hook }, guarding).onRequest!) },
      ...preHandler !== undefined &&
        { preHandler: [preHandler].flat().map((hook) => guardHooks({ preHandler: hook }, guarding).preHandler!) }
    }
    const hooks = routeHooks(attachments.routeHooks(endpoint), own)
    const isGuarded = Object.keys(own).length > 0 || options.foreign.size > 0
    const handler = compose(
      () => composeEndpoint(endpoint, parts, changes, isGuarded ? (request) => timeLeft(request, endpoint.timeout) : undefined)
    )
    return { handler, ...hooks, ...schema !== undefined && { schema: schema as object } }
  }
  if (own.status !== undefined) (await import('../status/check-status.ts')).checkStatus(own.status, env, context.problem)
  const health = own.health === undefined
    ? null
    : (await import('../health/add-health.ts')).addHealth(scope, own.health, { loaded, entry, shared, listener, checks, clients, report: context.problem })
  if (dryRun?.salvaged === true) checkEndpoints(model.endpoints, attachments)
  else {
    const registration = { notFound: options.unmatched, health, compress: await loadCompression(model) }
    if (options.pause === undefined) registerRoutes(scope, model, routeFor, registration)
    else await registerRoutesInSlices(scope, model, routeFor, { ...registration, pause: options.pause })
  }
  if (dryRun !== undefined) for (const problem of [...problems, ...warnings]) dryRun.found(problem)
  else if (problems.length > 0) throw new ConfigError([...problems, ...warnings])
  // Of several workers one tells.
  if (dryRun === undefined && (options.workers?.id ?? 1) === 1) logWarnings(scope.log, warnings)
  if (metrics !== null && shared === undefined) closers.push(await loadSources(registry, { stats: () => clients.stats(), listener }))
  const ports = metrics === null || shared !== undefined
    ? null
    : await openWithApp(scope, model, {
      env,
      source: {
        read: () => metrics.read(),
        hostsOut: () => listHostsOut(clients.stats(), null),
        reloads: () => [],
        revision: () => loaded.revision,
        workers: () => null
      }
    })
  if (ports !== null) closers.push(() => ports.status.close(), () => ports.metrics?.close())
  if (dryRun === undefined) await directory.ready()

  const serve = async (): Promise<void> => {
    for (const begin of servings) {
      try {
        await begin()
      } catch (err) {
        scope.log.error({ err }, 'a feature could not begin to serve')
      }
    }
  }
  if (shared === undefined && servings.length > 0) scope.addHook('onListen', serve)
  const served: FloodgateEntry = {
    ...entry,
    files,
    warnings,
    stats: () => withMetrics(entry.stats(), () => metrics?.read() ?? []),
    get metricsUrl () { return shared?.metricsUrl ?? ports?.metrics?.current?.url ?? null },
    get statusUrl () { return shared?.statusUrl ?? ports?.status.url ?? null },
    async renew () {
      clients.renew()
      for (const renew of renewals) {
        try {
          await renew()
        } catch (err) {
          scope.log.error({ err }, 'the previous content stays in use')
        }
      }
    }
  }
  return { entry: served, serve, ended: requests?.end ?? null }
}

/** Asks all features of endpoints that cannot be registered as they are: two may have one route, or a backend no client. */
function checkEndpoints (endpoints: readonly Endpoint[], attachments: Attachments): void {
  const nothing = () => Promise.reject(new Error('nothing is served here'))
  for (const endpoint of endpoints) {
    if ((endpoint.unsupported ?? []).length > 0) continue
    const guard = createStepGuard(`${endpoint.method} ${endpoint.path}`)
    attachments.routeHooks(endpoint)
    attachments.aroundEndpoint(nothing, endpoint, guard)
    for (const backend of endpoint.backends) {
      attachments.aroundBackend(nothing, backend, guard)
      attachments.aroundExchange(nothing, backend, guard)
      attachments.interceptors(backend, endpoint)
    }
  }
}

/** A start must have failed by itself before Fastify gives it up without saying whose fault it is; in ms. */
const BEFORE_PLUGIN_TIMEOUT = 500
/** Fastify's default, in ms. */
const PLUGIN_TIMEOUT = 10_000

/** What the guards around the host's code need to know. */
function describeForeign (
  scope: FastifyInstance,
  { namespaces, isSliced }: { namespaces: ReadonlySet<string>, isSliced: boolean },
  errors: ErrorAnswerOptions
): ForeignOptions {
  const { pluginTimeout: wanted = PLUGIN_TIMEOUT } = scope.initialConfig
  // An app that is built with pauses has more, but not one feature of it.
  const pluginTimeout = isSliced ? PLUGIN_TIMEOUT : wanted
  return {
    namespaces,
    setupTimeout: pluginTimeout === 0 ? 0 : Math.max(1, pluginTimeout - BEFORE_PLUGIN_TIMEOUT),
    fail (fault, request, reply) {
      const endpoint = endpointOfRoute(request)
      if (endpoint !== null) return createFailure(endpoint, errors)(fault, reply, new Call(0))
      request.log.error({ code: fault.code, ...(fault.cause !== undefined && { err: fault.cause }) }, `request failed: ${fault.detail}`)
      answerBare(reply)
    },
    // Fastify's own handler writes a line and a JSON answer of its own; the standalone server's is not a host's.
    hostAnswers: () => !['defaultErrorHandler', 'bound answerFault'].includes(scope.errorHandler.name)
  }
}
