import type { Server } from 'node:http'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import type { LoadedConfig } from '@floodgate/config-loader'
import { createPause, type Pause } from '@floodgate/core'
import { createKnownNames } from '@floodgate/engine'
import { createClients } from '@floodgate/http-client'
import { createMetricRegistry } from '@floodgate/core'
import { createListener } from '@floodgate/router'
import { ListenerCertificates } from '@floodgate/tls'
import { currentLog } from '../serve/current-log.ts'
import { openListener, type OpenListener } from '../serve/open-listener.ts'
import { createApp, tellRenewal, type ServerOptions } from '../serve/server.ts'
import type { ReloadCounts } from '../metrics/reload-metrics.ts'
import { createServerMetrics } from '../metrics/server-metrics.ts'
import { createGeneration, type Generation } from './generation.ts'
import { type HostOut, listHostsOut } from './hosts-out.ts'
import type { Readiness, SharedResources } from './shared-resources.ts'
import { createStateStore } from './state-store.ts'
import { createReloadNotes, type ReloadNotes } from '../status/reload-notes.ts'

/** Replaced configurations whose requests have not ended; beyond it the oldest is closed. */
const MOST_RETIRED = 16

/** A server that stays while its configuration is replaced. */
export interface ReloadableServer {
  readonly server: Server
  readonly readiness: Readiness
  /** What is served. */
  readonly loaded: LoadedConfig
  /** The app that serves it. */
  readonly app: FastifyInstance
  /** The log of that app. */
  readonly log: FastifyBaseLogger
  readonly counts: ReloadCounts
  /** Attempts to replace its configuration. */
  readonly notes: ReloadNotes
  /** Files that features have read for it; absolute. */
  readonly files: readonly string[]
  /** Hosts that get no requests from this process. */
  hostsOut (): HostOut[]
  /** Listens on the configured address and returns the address. */
  listen (port?: number): Promise<string>
  /**
   * Builds another configuration beside the one that is served.
   *
   * @throws {FG_ERR_CONFIG_INVALID} and whatever else can prevent a start; then nothing has changed
   */
  prepare (loaded: LoadedConfig): Promise<Candidate>
  /** Reads certificates, keys and lists again. */
  renew (): Promise<void>
  /** Stops listening, waits until every connection has ended, and closes everything. */
  close (): Promise<void>
}

/** A configuration that is ready to be served: one of both has to be called. */
export interface Candidate {
  /** Files that features have read for it; absolute. */
  readonly files: readonly string[]
  /** From now on new requests are served by it. */
  swap (): void
  abandon (): Promise<void>
}

/**
 * Creates a standalone server whose listener outlives its apps: each request is passed to the app that is current when it
 * arrives. Clients with equal settings, state of what did not change (`FeatureContext.keep`) and the metrics port pass from
 * one to the next.
 *
 * @throws {FG_ERR_CONFIG_INVALID} what `createServer` throws
 */
export async function createReloadableServer (first: LoadedConfig, options: ServerOptions): Promise<ReloadableServer> {
  const { model } = first
  const { silent = false, workers = null } = options
  // The log is that of the current configuration.
  const log = currentLog(() => current?.app.log)
  const certificates = model.tls && new ListenerCertificates(model.tls, { onRenewal (error) { tellRenewal(current.app.log, error) } })
  const server = createListener(model, (request, response) => { current.serve(request, response) }, certificates)
  const counts: ReloadCounts = { success: 0, failure: 0 }
  const notes = createReloadNotes()
  const registry = createMetricRegistry(workers?.id)
  const hostsOut = () => listHostsOut(shared.clients.stats(), workers?.id ?? null)
  const metrics = createServerMetrics({
    registry,
    workers,
    log,
    counts,
    revision: () => current.loaded.revision,
    stats: () => shared.clients.stats(),
    listener: certificates,
    hostsOut,
    notes
  })
  const shared: SharedResources = {
    clients: createClients({ watch: !silent, log }),
    state: createStateStore(),
    readiness: { isReady: true },
    listener: certificates,
    known: createKnownNames(),
    registry,
    get metricsUrl () { return metrics.url },
    get statusUrl () { return metrics.statusUrl }
  }
  const retired = new Set<Generation>()
  const closing = new Set<Promise<void>>()
  let listener: OpenListener | undefined
  let current: Generation
  let isClosing = false

  async function build (loaded: LoadedConfig, pause?: Pause): Promise<Generation> {
    const built = await createApp(loaded, options, { server, shared, pause })
    const generation = createGeneration(loaded, built, () => { retired.delete(generation) })
    try {
      await built.app.ready()
    } catch (error) {
      await generation.close()
      throw error
    }
    return generation
  }

  async function prepare (loaded: LoadedConfig): Promise<Candidate> {
    const generation = await build(loaded, createPause())
    let port
    try {
      port = await metrics.prepare(silent ? null : loaded.model)
    } catch (error) {
      await generation.close()
      throw error
    }
    return {
      files: filesOf(generation),
      swap () {
        // The process ends: no other configuration follows.
        if (isClosing) {
          follow(generation.close())
          follow(port.abandon())
          return
        }
        const before = current
        current = generation
        port.take()
        if (listener !== undefined) generation.begin()
        retired.add(before)
        before.retire()
        if (retired.size > MOST_RETIRED) follow(retired.values().next().value!.close())
      },
      async abandon () {
        await Promise.all([generation.close(), port.abandon()])
      }
    }
  }

  function follow (closed: Promise<void>): void {
    closing.add(closed)
    closed.finally(() => { closing.delete(closed) })
  }

  try {
    current = await build(first)
  } catch (error) {
    await shared.clients.close()
    throw error
  }
  return {
    server,
    readiness: shared.readiness,
    counts,
    notes,
    get loaded () { return current.loaded },
    get files () { return filesOf(current) },
    get app () { return current.app },
    get log () { return current.app.log },
    hostsOut,
    async listen (port = model.port) {
      await (await metrics.prepare(silent ? null : current.loaded.model)).take()
      listener = await openListener(server, { host: model.listenIp, port, tls: model.tls !== null }, current.app.log)
      current.begin()
      return listener.address
    },
    prepare,
    async renew () {
      await current.app.floodgate.renew()
      certificates?.renew()
    },
    async close () {
      isClosing = true
      await listener?.close()
      await Promise.all([current, ...retired].map((generation) => generation.close()))
      await Promise.all([...closing, metrics.close()])
      await shared.clients.close()
    }
  }
}

function filesOf ({ app }: Generation): string[] {
  return [...app.floodgate.get().files]
}
