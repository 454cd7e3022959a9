import type { Dispatcher } from 'undici'
import { beginCall, type ClientDispatchOptions, type GenerationSource } from '../call/begin-call.ts'
import type { CallPolicy } from '../call/client-call.ts'
import { ClientError } from '../call/client-error.ts'
import type { Client, Connector } from './client.ts'
import { createConnector } from '../dial/connector.ts'
import { Totals } from './counters.ts'
import { createDispatcher } from '../call/dispatcher.ts'
import { readEnvironmentProxy, type EnvironmentProxy } from '../dial/environment-proxy.ts'
import { listExpiries } from '@floodgate/tls'
import { Generation, type TlsOfOrigins } from './generation.ts'
import { ClientHosts, describeChange } from '../hosts/client-hosts.ts'
import type { HostChange } from '../hosts/host-health.ts'
import type { GroupOptions, HostGroup } from '../hosts/host-group.ts'
import type { Interceptor } from '../call/interceptor.ts'
import { Peers } from '@floodgate/tls'
import { Rotation } from '@floodgate/tls'
import { createRedirectRules } from '../call/redirect-rules.ts'
import { hashSettings } from '../options/settings-key.ts'
import type { ClientSettings } from '@floodgate/settings'
import { countPool, describePool, namePool, type ClientStatistics, type PoolCounters } from './statistics.ts'
import { createTls } from '@floodgate/tls'
import { listTlsFiles, readOnce, readTlsFiles, type ReadFile, type TlsFiles } from '@floodgate/tls'
import { forgetSystemStores } from '@floodgate/tls'
import { keyOf, readOrigin, Upstream, type OriginCounters } from './upstream.ts'
import { watchFiles } from '@floodgate/tls'

export interface ClientsOptions {
  /** Environment with HTTP_PROXY, HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE…, read once. Default `process.env`. */
  readonly env?: NodeJS.ProcessEnv
  /** Logs proxies of the environment that cannot be used, and renewals. */
  readonly log?: ClientsLog
  /**
   * Renews clients when their certificate files change. Ends with the registry, and does not keep the process running.
   * Default `false`.
   */
  readonly watch?: boolean
  /** Checks the hosts of groups where the settings say so (`floodgate.health`). Default `true`. */
  readonly checks?: boolean
}

export interface ClientsLog {
  warn (message: string): void
  info? (message: string): void
}

/** The clients of a gateway, one per distinct set of settings. The code that creates it closes it. */
export interface Clients {
  /**
   * Returns the client of these settings, created at their first use. Return it with `release`.
   *
   * @throws the error of the file system when a certificate file cannot be read
   * @throws {FG_ERR_HTTP_CLIENT_CLOSED} after `close`
   */
  acquire (settings: ClientSettings): Client
  /** Releases a client. The last release closes it when its calls have ended, after `timeout` ms at the latest (0 = no limit). */
  release (client: Client, options?: { timeout?: number }): Promise<void>
  /**
   * Refuses new calls, waits for those that run, no longer than `timeout` ms (0 or absent = as long as they take), then
   * closes every connection. Resolves when no socket is left.
   */
  close (options?: { timeout?: number }): Promise<void>
  /**
   * Renews every client, whether its files changed or not; the system's store is read again as well. A client with
   * invalid files keeps the previous ones: reported in the log and its statistics.
   */
  renew (): void
  /**
   * Takes a host out of every group that has it, until it is restored.
   *
   * @returns whether there is such a host
   */
  eject (origin: string, reason: string): boolean
  /** Gives a host requests again, whatever took it out; returns whether there is such a host. */
  restore (origin: string): boolean
  stats (): ClientStatistics[]
}

// Largest number of origins, and destinations, in a client's statistics, because redirects may lead anywhere.
const maxOrigins = 1000

/** Creates a registry of clients. */
export function createClients ({ env = process.env, log, watch = false, checks = true }: ClientsOptions = {}): Clients {
  const environmentProxy = readEnvironmentProxy(env, (message) => { log?.warn(message) })
  const clients = new Map<string, { client: OwnClient, uses: number }>()
  const closing = new Set<Promise<void>>()
  const watched = watch ? watchFiles(() => { renew(({ rotation }, read) => rotation.isDue(read)) }) : null
  /** Failures that were logged, until they are fixed. */
  let told = new Set<string>()
  let closed = false

  function create (key: string, settings: ClientSettings): OwnClient {
    const files = listTlsFiles(settings.tls)
    // Watched first, so that changes during reading are noticed.
    for (const file of files) watched?.add(file)
    try {
      return new OwnClient(key, settings, { env, environmentProxy, checks, onHost })
    } catch (error) {
      for (const file of files) watched?.remove(file)
      throw error
    }
  }

  function onHost (change: HostChange): void {
    if (change.out === null) log?.info?.(describeChange(change))
    else log?.warn(describeChange(change))
  }

  function renew (isDue: (client: OwnClient, read: ReadFile) => boolean): void {
    const read = readOnce()
    const failures = new Set<string>()
    let renewed = 0
    for (const { client } of clients.values()) {
      try {
        if (isDue(client, read)) {
          client.renew(read)
          renewed++
        }
      } catch {
        // Its statistics tell.
      }
      const { lastError } = client.rotation.stats()
      if (lastError !== null) failures.add(lastError)
    }
    for (const failure of failures) {
      if (!told.has(failure)) {
        log?.warn(`changed certificates cannot be used, the previous ones stay in use: ${failure}`)
      }
    }
    if (renewed > 0) log?.info?.(`certificates read again: ${renewed} of ${clients.size} distinct client settings renewed`)
    told = failures
  }

  /** Applies something to a host of every client; returns whether one has it. */
  function someHost (origin: string, apply: (hosts: ClientHosts, key: string) => boolean): boolean {
    const key = keyOf(origin)
    return Array.from(clients.values(), ({ client }) => apply(client.hosts, key)).includes(true)
  }

  function close (client: OwnClient, timeout: number): Promise<void> {
    const ended = client.close(timeout).finally(() => { closing.delete(ended) })
    closing.add(ended)
    return ended
  }

  return {
    acquire (settings) {
      if (closed) throw new ClientError('FG_ERR_HTTP_CLIENT_CLOSED', 'the registry of clients is closed: create a new one')
      const key = hashSettings(settings)
      let entry = clients.get(key)
      if (entry === undefined) {
        entry = { client: create(key, settings), uses: 0 }
        clients.set(key, entry)
      }
      entry.uses++
      return entry.client
    },
    async release (client, { timeout = 0 } = {}) {
      const entry = clients.get(client.key)
      if (entry === undefined || entry.client !== client || --entry.uses > 0) return
      clients.delete(client.key)
      for (const file of listTlsFiles(client.settings.tls)) watched?.remove(file)
      await close(entry.client, timeout)
    },
    async close ({ timeout = 0 } = {}) {
      closed = true
      watched?.close()
      for (const { client } of clients.values()) close(client, timeout)
      await Promise.all(closing)
    },
    renew () {
      forgetSystemStores()
      renew(() => true)
    },
    eject: (origin, reason) => someHost(origin, (hosts, key) => hosts.eject(key, reason)),
    restore: (origin) => someHost(origin, (hosts, key) => hosts.restore(key)),
    stats: () => Array.from(clients.values(), ({ client }) => client.stats())
  }
}

interface OwnClientContext {
  readonly env: NodeJS.ProcessEnv
  readonly environmentProxy: EnvironmentProxy
  readonly checks: boolean
  readonly onHost: (change: HostChange) => void
}

class OwnClient implements Client, GenerationSource {
  readonly key: string
  readonly settings: ClientSettings
  readonly connector: Connector
  readonly rotation: Rotation
  readonly hosts: ClientHosts
  generation: Generation | null
  readonly #env: NodeJS.ProcessEnv
  readonly #environmentProxy: EnvironmentProxy
  readonly #origins = new Totals<OriginCounters>(maxOrigins)
  readonly #pools = new Totals<PoolCounters>(maxOrigins)
  readonly #peers = new Peers()
  /** Replaced ones whose calls are not over. */
  readonly #retired = new Set<Generation>()
  #files: TlsFiles
  readonly #policy: CallPolicy
  #dispatcher: Dispatcher | null = null
  #withoutRedirects: Dispatcher | null = null

  constructor (key: string, settings: ClientSettings, { env, environmentProxy, checks, onHost }: OwnClientContext) {
    const read = readOnce()
    this.key = key
    this.settings = settings
    this.#env = env
    this.#environmentProxy = environmentProxy
    this.#files = readTlsFiles(settings.tls, read)
    this.rotation = new Rotation(settings.tls, read)
    this.generation = this.#createGeneration(this.#createTls(this.#files))
    this.hosts = new ClientHosts({
      settings,
      env,
      checks,
      onChange: onHost,
      onGone: ({ origin, address }) => { if (address !== null) this.generation?.forsake(origin, address) },
      dispatch: (options, handler) => { beginCall(this, { ...this.#hopPolicy(), health: null }, options, handler) }
    })
    this.#policy = { ...this.#hopPolicy(), ...this.#redirectPolicy() }
    this.connector = createConnector(this)
  }

  get dispatcher (): Dispatcher {
    this.#dispatcher ??= createDispatcher(this, this.#policy)
    return this.#dispatcher
  }

  get withoutRedirects (): Dispatcher {
    this.#withoutRedirects ??= createDispatcher(this, this.#hopPolicy())
    return this.#withoutRedirects
  }

  dispatch (options: ClientDispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    return beginCall(this, this.#policy, options, handler)
  }

  intercept (...interceptors: Interceptor[]): Dispatcher {
    if (interceptors.length === 0) return this.dispatcher
    // The deadline is that of the whole call.
    const hops = createDispatcher(this, { ...this.#hopPolicy(), timeout: 0 }).compose(...interceptors)
    return createDispatcher(this, {
      ...this.#redirectPolicy(),
      responseHeaderTimeout: 0,
      timeout: this.settings.own?.timeout ?? 0,
      health: null,
      hops
    })
  }

  isProxied (origin: string): boolean {
    return this.generation !== null && this.generation.findProxy(readOrigin(origin)) !== null
  }

  createGroup (options: GroupOptions): HostGroup {
    return this.hosts.createGroup(options)
  }

  renew (read: ReadFile = readOnce()): void {
    const previous = this.generation
    if (previous === null) return
    this.rotation.renew(read, () => {
      const files = readTlsFiles(this.settings.tls, read)
      const tls = this.#createTls(files)
      // What OpenSSL refuses is found now, not by a call.
      tls.tls.prepare()
      this.#files = files
      this.generation = this.#createGeneration(tls)
    })
    this.#retired.add(previous)
    previous.close(0).then(() => { this.#retired.delete(previous) })
  }

  stats (): ClientStatistics {
    const generations = [...this.#retired, ...this.generation === null ? [] : [this.generation]]
    const pools = generations.flatMap(({ pools }) => [...pools.values()])
    const upstreams = generations.flatMap(({ upstreams }) => [...upstreams])
    return {
      key: this.key,
      calls: generations.reduce((sum, { calls }) => sum + calls, 0),
      origins: this.#origins.list(
        upstreams.map(({ origin, counters }) => [origin, counters])
      ).map(([origin, counters]) => ({ origin, ...counters })),
      hosts: this.hosts.list(),
      pools: this.#pools.list(pools.map((pool) => [namePool(pool), countPool(pool)])).map(describePool),
      rotation: this.rotation.stats(),
      certificates: listExpiries(this.settings.tls, this.#files, this.#peers.list())
    }
  }

  async close (timeout: number): Promise<void> {
    this.hosts.close()
    const last = this.generation
    this.generation = null
    await Promise.all([...this.#retired, ...last === null ? [] : [last]].map((generation) => generation.close(timeout)))
  }

  #createTls (files: TlsFiles): TlsOfOrigins {
    const { tls: settings, own } = this.settings
    const pins = own?.pins ?? settings?.pinnedKeys
    const tls = createTls(settings, this.#env, files, pins)
    const isApart = settings !== null && own?.redirects?.clientCerts === 'origin'
    return {
      tls,
      beyond: isApart ? createTls({ ...settings, clientCerts: [] }, this.#env, { ...files, clientCertificates: [] }, pins) : tls
    }
  }

  #createGeneration (tls: TlsOfOrigins): Generation {
    return new Generation(this.settings, tls, this.#environmentProxy, this.#peers, (gone) => {
      if (gone instanceof Upstream) this.#origins.add(gone.origin, gone.counters)
      else this.#pools.add(namePool(gone), countPool(gone))
    })
  }

  #redirectPolicy (): Pick<CallPolicy, 'followRedirects' | 'sendBodyOnRedirect' | 'redirectRules'> {
    const { followRedirects, sendBodyOnRedirect, own } = this.settings
    return {
      followRedirects,
      sendBodyOnRedirect: followRedirects && sendBodyOnRedirect,
      redirectRules: createRedirectRules(own?.redirects)
    }
  }

  #hopPolicy (): CallPolicy {
    return {
      followRedirects: false,
      sendBodyOnRedirect: false,
      redirectRules: null,
      responseHeaderTimeout: this.settings.transport.responseHeaderTimeout,
      timeout: this.settings.own?.timeout ?? 0,
      health: this.settings.own?.eject === undefined ? null : this.hosts.health,
      hops: null
    }
  }
}
