import { ClientError } from './client-error.ts'
import type { Client } from './client.ts'
import { ClientDispatcher, type GenerationSource } from './dispatcher.ts'
import { readEnvironmentProxy, type EnvironmentProxy } from './environment-proxy.ts'
import { Generation } from './generation.ts'
import type { Interceptor } from './interceptor.ts'
import { hashSettings } from './settings-key.ts'
import type { ClientSettings, TlsSettings } from './settings.ts'
import { describePool, Totals, type ClientStatistics } from './statistics.ts'
import { createTls, type ClientTls } from './tls.ts'

export interface ClientsOptions {
  /** Where HTTP_PROXY, HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE… are read, once. Default `process.env`. */
  readonly env?: NodeJS.ProcessEnv
  /** Is told about proxies of the environment that cannot be used. */
  readonly log?: { warn (message: string): void }
}

/** The clients of a gateway, one per distinct set of settings. Whoever creates it closes it. */
export interface Clients {
  /**
   * Gives the client of these settings, made at their first use. Give it back with `release`.
   *
   * @throws the error of the file system when a certificate file cannot be read
   * @throws {FG_ERR_HTTP_CLIENT_CLOSED} after `close`
   */
  acquire (settings: ClientSettings): Client
  /** Gives a client back. The last one to do so closes it, when its calls are over. */
  release (client: Client): Promise<void>
  /**
   * Refuses new calls, waits for those that run, no longer than `timeout` ms (0 or absent = as long as they take), then
   * closes every connection. Resolves when no socket is left.
   */
  close (options?: { timeout?: number }): Promise<void>
  stats (): ClientStatistics[]
}

// How many origins a client's statistics tell apart when redirects lead everywhere.
const maxOrigins = 1000

/** Creates a registry of clients. */
export function createClients ({ env = process.env, log }: ClientsOptions = {}): Clients {
  const environmentProxy = readEnvironmentProxy(env, (message) => { log?.warn(message) })
  const clients = new Map<string, { client: OwnClient, uses: number }>()
  const closing = new Set<Promise<void>>()
  let closed = false

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
        entry = { client: new OwnClient(key, settings, (tls) => createTls(tls, env), environmentProxy), uses: 0 }
        clients.set(key, entry)
      }
      entry.uses++
      return entry.client
    },
    async release (client) {
      const entry = clients.get(client.key)
      if (entry === undefined || entry.client !== client || --entry.uses > 0) return
      clients.delete(client.key)
      await close(entry.client, 0)
    },
    async close ({ timeout = 0 } = {}) {
      closed = true
      for (const { client } of clients.values()) close(client, timeout)
      await Promise.all(closing)
    },
    stats: () => Array.from(clients.values(), ({ client }) => client.stats())
  }
}

class OwnClient implements Client, GenerationSource {
  readonly key: string
  readonly settings: ClientSettings
  readonly dispatcher: ClientDispatcher
  generation: Generation | null
  readonly #createTls: (settings: TlsSettings | null) => ClientTls
  readonly #environmentProxy: EnvironmentProxy
  readonly #totals = new Totals(maxOrigins)
  /** Replaced ones whose calls are not over. */
  readonly #retired = new Set<Generation>()
  #renewals = 0

  constructor (key: string, settings: ClientSettings, createTls: (settings: TlsSettings | null) => ClientTls, environmentProxy: EnvironmentProxy) {
    this.key = key
    this.settings = settings
    this.#createTls = createTls
    this.#environmentProxy = environmentProxy
    this.generation = this.#createGeneration()
    this.dispatcher = new ClientDispatcher(this, { ...this.#hopPolicy(), followRedirects: settings.followRedirects, sendBodyOnRedirect: settings.followRedirects && settings.sendBodyOnRedirect })
  }

  intercept (...interceptors: Interceptor[]): ClientDispatcher {
    if (interceptors.length === 0) return this.dispatcher
    const { followRedirects, sendBodyOnRedirect } = this.settings
    const hops = new ClientDispatcher(this, this.#hopPolicy()).compose(...interceptors)
    return new ClientDispatcher(this, { followRedirects, sendBodyOnRedirect: followRedirects && sendBodyOnRedirect, responseHeaderTimeout: 0, hops })
  }

  renew (): void {
    const previous = this.generation
    if (previous === null) return
    this.generation = this.#createGeneration()
    this.#renewals++
    this.#retired.add(previous)
    previous.close(0).then(() => { this.#retired.delete(previous) })
  }

  stats (): ClientStatistics {
    const generations = [...this.#retired, ...this.generation === null ? [] : [this.generation]]
    return {
      key: this.key,
      generation: this.#renewals,
      calls: generations.reduce((sum, { calls }) => sum + calls, 0),
      origins: this.#totals.list(generations),
      pools: generations.flatMap(({ pools }) => Array.from(pools.values(), describePool))
    }
  }

  async close (timeout: number): Promise<void> {
    const last = this.generation
    this.generation = null
    await Promise.all([...this.#retired, ...last === null ? [] : [last]].map((generation) => generation.close(timeout)))
  }

  #createGeneration (): Generation {
    return new Generation(this.settings, this.#createTls(this.settings.tls), this.#environmentProxy, (upstream) => { this.#totals.add(upstream) })
  }

  #hopPolicy (): ConstructorParameters<typeof ClientDispatcher>[1] {
    return { followRedirects: false, sendBodyOnRedirect: false, responseHeaderTimeout: this.settings.transport.responseHeaderTimeout, hops: null }
  }
}
