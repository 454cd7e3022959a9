import type { FastifyInstance } from 'fastify'
import type { Backend, Service } from '@floodgate/core'
import { createClients, type Client, type Clients } from '@floodgate/http-client'
import { createBackendHosts } from '../target/backend-hosts.ts'
import { createDirectories, type KnownNames } from '../target/directories.ts'
import { borrowClients } from './borrow-clients.ts'
import { FG_ERR_GATEWAY_NOT_RELOADABLE } from '../errors.ts'
import { withMetrics, type FloodgateEntry } from './floodgates.ts'

export interface EntryOptions {
  /** The plugin that serves the model: `@floodgate/gateway`. */
  readonly plugin: string
  /** Name in `app.floodgate`. Default: the scope's prefix, otherwise the configuration's name. */
  readonly name?: string | undefined
  /** HTTP clients to use; the code that created them closes them. Default: own ones. */
  readonly clients?: Clients | undefined
  /** Where proxy variables of own clients come from. Default: `process.env`. */
  readonly env?: NodeJS.ProcessEnv | undefined
  /** Whether own clients read certificates again when their files change. Default true. */
  readonly watch?: boolean | undefined
  /** Whether own clients check hosts (`floodgate.health`). Default true. */
  readonly checks?: boolean | undefined
  /** Whether names of backends are looked up (`sd`). Default true. */
  readonly lookups?: boolean | undefined
  /** What is known of names from other configurations. Default: nothing. */
  readonly known?: KnownNames | undefined
  /** How long `close` waits for calls of own clients, in ms. */
  readonly closeTimeout: number
}

export interface OpenEntry {
  readonly entry: FloodgateEntry
  readonly clients: Clients
  /** Closes own clients, releases others, and ends the lookups of names. */
  close (): Promise<void>
}

/** Opens what a model's backends are called with, and describes it for `app.floodgate`; the caller closes it. */
export function openEntry (
  { log, prefix }: Pick<FastifyInstance, 'log' | 'prefix'>,
  { model, revision }: { readonly model: Service, readonly revision: string },
  {
    plugin,
    name = prefix || model.name,
    clients: given,
    env,
    watch = true,
    checks = true,
    lookups = true,
    known,
    closeTimeout
  }: EntryOptions
): OpenEntry {
  const clients = given !== undefined
    ? borrowClients(given)
    : createClients({
      ...env !== undefined && { env },
      watch,
      checks,
      log: { warn (message) { log.warn(message) }, info (message) { log.info(message) } }
    })
  const directory = createDirectories({ ttl: model.dnsCacheTtl, lookups, known, log })
  const acquired = new Map<Backend, Client>()
  function clientFor (backend: Backend): Client {
    const client = acquired.get(backend) ?? clients.acquire(backend.client)
    acquired.set(backend, client)
    return client
  }
  const { close: closeHosts, ...hosts } = createBackendHosts(clients, clientFor, directory)
  const entry: FloodgateEntry = {
    name,
    by: `${plugin} at ${prefix || '/'}`,
    model,
    endpoints: model.endpoints,
    revision,
    files: new Set(),
    warnings: [],
    directory,
    clientFor,
    ...hosts,
    dispatcherFor: (backend) => clientFor(backend).dispatcher,
    stats: () => withMetrics(Object.assign(clients.stats(), { revision }), () => []),
    metricsUrl: null,
    statusUrl: null,
    async renew () { clients.renew() },
    async reload () { throw new FG_ERR_GATEWAY_NOT_RELOADABLE(name, entry.by) }
  }
  return {
    entry,
    clients,
    async close () {
      directory.close()
      closeHosts()
      await clients.close({ timeout: closeTimeout })
    }
  }
}
