import { originOf, type LoadedConfig, type Origin } from '@floodgate/config-loader'
import type { Backend, Endpoint } from '@floodgate/core'
import { maskUserInfo } from '@floodgate/settings'
import { hashSettings } from '@floodgate/http-client'
import { explainCertificates, type CertificateFacts } from './certificates.ts'
import { explainClientSettings } from './client-settings.ts'
import { differences as knownDifferences, type Difference as KnownDifference } from '../differences/index.ts'
import { nameEndpoint } from './find-endpoints.ts'
import { virtualHostOf } from '../virtual-host.ts'
import { backendFiles } from '../served-files.ts'
import { explainProxy, type ProxyFacts } from './proxy.ts'
import { explainRedirects, type RedirectFacts } from './redirects.ts'
import type { Setting } from './setting.ts'

export interface ExplainedEndpoint {
  readonly method: string
  readonly path: string
  /** The one host at which it is found (`server/virtualhost`); null for every host. */
  readonly host: string | null
  readonly origin: Origin | null
  readonly backends: readonly ExplainedBackend[]
}

/** How one backend is reached, and why. Contains no secrets. */
export interface ExplainedBackend {
  /** Position in the endpoint's `backend`, from 0. */
  readonly index: number
  readonly origin: Origin | null
  readonly method: string
  readonly hosts: readonly string[]
  readonly urlPattern: string
  /** The folder whose files answer, so that no host is called; null for other backends. */
  readonly files: string | null
  readonly client: {
    /** Equal settings have the same key and share one dispatcher. With a proxy password the key differs in each process. */
    readonly key: string
    /** Other backends of this dispatcher: `GET /path #0`. */
    readonly sharedWith: readonly string[]
  }
  readonly settings: readonly Setting[]
  readonly certificates: readonly CertificateFacts[]
  readonly proxy: ProxyFacts
  readonly redirects: RedirectFacts
  /** Deliberate differences to KrakenD. */
  readonly differences: readonly Difference[]
}

export interface ExplainOptions {
  /** Endpoints to explain. Default: all. */
  readonly endpoints?: readonly Endpoint[]
  /** Environment with HTTP_PROXY and similar variables. Default `process.env`. */
  readonly env?: NodeJS.ProcessEnv
  /** Default: now. */
  readonly now?: Date
}

/**
 * Explains how the backends of endpoints are reached: their effective client settings and where each came from, the
 * dispatcher they share, certificates, proxies, redirects, and deliberate differences to KrakenD.
 */
export function explain (
  loaded: LoadedConfig,
  { endpoints = loaded.model.endpoints, env = process.env, now = new Date() }: ExplainOptions = {}
): ExplainedEndpoint[] {
  const clients = groupByClient(loaded.model.endpoints)
  return endpoints.map((endpoint) => ({
    method: endpoint.method,
    path: endpoint.path,
    host: virtualHostOf(loaded.model, endpoint),
    origin: originOf(loaded, endpoint.place),
    backends: endpoint.backends.map((backend) => explainBackend(loaded, endpoint, backend, { clients, env, now }))
  }))
}

interface Context {
  readonly clients: ReadonlyMap<string, readonly string[]>
  readonly env: NodeJS.ProcessEnv
  readonly now: Date
}

function explainBackend (loaded: LoadedConfig, endpoint: Endpoint, backend: Backend, { clients, env, now }: Context): ExplainedBackend {
  const key = hashSettings(backend.client)
  const shared = clients.get(key)!.filter((name) => name !== nameBackend(endpoint, backend))
  return {
    index: backend.index,
    origin: originOf(loaded, backend.place),
    method: backend.method,
    hosts: backend.hosts.map(maskUserInfo),
    urlPattern: maskUserInfo(backend.urlPattern),
    files: backendFiles(backend)?.path ?? null,
    client: { key, sharedWith: shared },
    settings: explainClientSettings(loaded, endpoint, backend),
    certificates: explainCertificates(backend.client.tls, now),
    proxy: explainProxy(backend, env),
    redirects: explainRedirects(endpoint, backend),
    differences: knownDifferences.filter(
      ({ backend: isSeen }) => isSeen?.({ loaded, endpoint, backend, shared, env }) === true
    ).map(({ id, text }) => ({ id, text }))
  }
}

/** Returns the backends of each client key, in the order of the configuration. */
function groupByClient (endpoints: readonly Endpoint[]): Map<string, string[]> {
  const groups = new Map<string, string[]>()
  for (const endpoint of endpoints) {
    for (const backend of endpoint.backends) {
      const key = hashSettings(backend.client)
      const group = groups.get(key)
      if (group === undefined) groups.set(key, [nameBackend(endpoint, backend)])
      else group.push(nameBackend(endpoint, backend))
    }
  }
  return groups
}

function nameBackend (endpoint: Endpoint, { index }: Backend): string {
  return `${nameEndpoint(endpoint)} #${index}`
}

export { findEndpoints, nameEndpoint } from './find-endpoints.ts'
export { writeOrigin, writePosition, type From, type Setting } from './setting.ts'
export type { CertificateFacts } from './certificates.ts'
/** A deliberate difference to KrakenD. */
export type Difference = Pick<KnownDifference, 'id' | 'text'>
export type { EnvironmentFacts, ProxyFacts } from './proxy.ts'
export type { RedirectFacts } from './redirects.ts'
