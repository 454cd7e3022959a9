import type { FastifyInstance } from 'fastify'
import type { LoadedConfig } from '@floodgate/config-loader'
import { createMetricRegistry, createPause, type Pause } from '@floodgate/core'
import { addFloodgate, createKnownNames, type FloodgateEntry, nameOf, type ReloadResult } from '@floodgate/engine'
import { createClients } from '@floodgate/http-client'
import { noteRoute } from '@floodgate/router'
import { gatewayStops, noSource } from '../errors.ts'
import { allFeatures, loadConfiguration, namespacesOf } from '../load.ts'
import { isLoaded, type GatewayOptions } from '../options.ts'
import type { ReloadCounts } from '../metrics/reload-metrics.ts'
import { createServerMetrics } from '../metrics/server-metrics.ts'
import { listHostsOut } from '../reload/hosts-out.ts'
import { createReloadNotes } from '../status/reload-notes.ts'
import { createReloads, type Load } from '../reload/reloads.ts'
import type { SharedResources } from '../reload/shared-resources.ts'
import { createStateStore } from '../reload/state-store.ts'
import { createCurrentEntry } from './current-entry.ts'
import { buildGeneration, type EmbeddedGeneration } from './embedded-generation.ts'
import { serveCurrent } from './serve-current.ts'

/** Replaced configurations whose requests have not ended; beyond it the oldest is closed. */
const MOST_RETIRED = 16

/**
 * Serves a configuration in a scope of a host's app, where others can replace it: `app.floodgate.get().reload(config)`. Clients
 * with equal settings and state of what did not change (`FeatureContext.keep`) pass from one to the next.
 *
 * @throws {FG_ERR_CONFIG_INVALID} what the gateway throws without it
 * @throws {FG_ERR_GATEWAY_WILDCARD_TAKEN} the app has a route for all paths of a method that an endpoint has
 */
export async function addReloadableGateway (app: FastifyInstance, first: LoadedConfig, options: GatewayOptions): Promise<void> {
  let entry: FloodgateEntry
  await app.register(async function reloadableScope (scope) {
    entry = await serveReloadable(scope, first, options)
    addFloodgate(app, entry)
  }, { prefix: options.prefix ?? '' })
}

async function serveReloadable (scope: FastifyInstance, first: LoadedConfig, options: GatewayOptions): Promise<FloodgateEntry> {
  const { prefix = '', env, features, allowUnsupported, unsupported, workers = null, watch = false } = options
  const name = options.name ?? (prefix || first.model.name)
  const counts: ReloadCounts = { success: 0, failure: 0 }
  const retired = new Set<EmbeddedGeneration>()
  let source: GatewayOptions['config'] = options.config
  let current: EmbeddedGeneration
  let isClosing = false
  let isServing = false

  const notes = createReloadNotes()
  const registry = createMetricRegistry(workers?.id)
  const metrics = createServerMetrics({
    registry,
    workers,
    log: scope.log,
    counts,
    revision: () => current.loaded.revision,
    stats: () => shared.clients.stats(),
    hostsOut: () => listHostsOut(shared.clients.stats(), workers?.id ?? null),
    notes,
    env
  })
  const shared: SharedResources = {
    clients: createClients({
      ...env !== undefined && { env },
      watch: options.watchCertificates ?? true,
      log: scope.log
    }),
    state: createStateStore(),
    readiness: { isReady: true },
    listener: null,
    known: createKnownNames(),
    registry,
    get metricsUrl () { return metrics.url },
    get statusUrl () { return metrics.statusUrl }
  }
  const metricsOf = ({ model }: LoadedConfig) => options.metrics === false ? null : model
  const notFound = options.notFound ?? (prefix === '' ? 'host' : 'gateway')
  const wildcard = serveCurrent(scope, { current: () => current, unmatched: notFound === 'gateway' })

  const build = (loaded: LoadedConfig, pause?: Pause): Promise<EmbeddedGeneration> => buildGeneration(scope, loaded, {
    ...options,
    ...pause !== undefined && { pause },
    name,
    features: allFeatures(features),
    foreign: namespacesOf(features),
    workers,
    unmatched: notFound === 'gateway',
    shared,
    wildcard,
    onClosed (generation) { retired.delete(generation) }
  })

  async function replace (loaded: LoadedConfig): Promise<string[]> {
    const next = await build(loaded, createPause())
    try {
      const port = await metrics.prepare(metricsOf(loaded))
      if (isClosing) {
        await port.abandon()
        throw gatewayStops()
      }
      port.take()
    } catch (error) {
      await next.close()
      throw error
    }
    const before = current
    current = next
    if (isServing) next.begin()
    retired.add(before)
    before.retire()
    if (retired.size > MOST_RETIRED) retired.values().next().value!.close()
    return [...next.entry.files]
  }

  const loadFrom = (config: GatewayOptions['config']): Load => async (files) => isLoaded(config)
    ? config
    : loadConfiguration(config, {
      files,
      pause: createPause(),
      ...env !== undefined && { env },
      ...features !== undefined && { features },
      ...allowUnsupported !== undefined && { allowUnsupported },
      ...unsupported !== undefined && { unsupported }
    })
  const reloads = createReloads({
    load: (files) => loadFrom(source)(files),
    apply: replace,
    counts,
    onResult: notes.note,
    log: () => scope.log,
    current: () => current.loaded,
    first: first.model,
    isOver: () => isClosing
  })

  let queue: Promise<unknown> = Promise.resolve()
  async function reload (config: GatewayOptions['config'] | undefined): Promise<ReloadResult> {
    const asked = config ?? source
    if (config === undefined && isLoaded(asked)) throw noSource(name)
    if (isClosing) throw gatewayStops()
    const { revision } = current.loaded
    const result = await reloads.replace(loadFrom(asked))
    if (result.changed === null) return result
    source = asked
    // Nothing else was to be done: certificates and keys may have changed.
    if (result.revision === revision) await current.entry.renew()
    return result
  }

  scope.addHook('preClose', async () => { shared.readiness.isReady = false })
  scope.addHook('onReady', async () => { await (await metrics.prepare(metricsOf(current.loaded))).take() })
  scope.addHook('onListen', async () => {
    isServing = true
    await current.begin()
  })
  scope.addHook('onClose', async () => {
    isClosing = true
    reloads.close()
    await queue
    await Promise.all([current, ...retired].map((generation) => generation?.close()))
    await metrics.close()
    await shared.clients.close({ timeout: options.closeTimeout ?? 10_000 })
  })
  current = await build(first)
  noteRoutes(scope, current)
  if (watch) await reloads.watch([...first.files, ...current.entry.files])
  return createCurrentEntry(() => current.entry, {
    name,
    by: current.entry.by,
    reload (config) {
      const attempt = queue.then(() => reload(config as GatewayOptions['config'] | undefined))
      queue = attempt.catch(() => {})
      return attempt
    }
  })
}

/** So that a route which the host adds later in place of an endpoint's is an error. */
function noteRoutes ({ server }: FastifyInstance, { added }: EmbeddedGeneration): void {
  for (const { method, url, config } of added) {
    const endpoint = config?.floodgate?.endpoint
    if (endpoint) noteRoute({ server, prefix: '' }, method, url, `${nameOf(endpoint)} (endpoints.${endpoint.index})`)
  }
}
