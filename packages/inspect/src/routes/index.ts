import { isTranslated, originOf, type LoadedConfig, type Origin } from '@floodgate/config-loader'
import { listRoutes, type RouteKind } from '@floodgate/router'
import type { Backend, Endpoint } from '@floodgate/core'
import { maskUserInfo } from '@floodgate/settings'
import { virtualHostOf } from '../virtual-host.ts'
import { backendFiles, serverFiles } from '../served-files.ts'
import { allFeatures } from '@floodgate/gateway/load'

const client = 'backend/http/client'
const serverNamespace = 'server/static-filesystem'

/** A route as it will be served. */
export interface RouteFacts {
  /** What serves it: an endpoint, or the gateway itself (`health`, `debug`, `echo`, `options`, `files`). */
  readonly kind: RouteKind | 'files'
  readonly method: string
  /** As configured. */
  readonly path: string
  /** The one host at which it is found (`server/virtualhost`); null for every host. */
  readonly host: string | null
  /** `step` is our own engine, which the gateway always uses. Null if the gateway answers itself. */
  readonly engine: 'step' | null
  /**
   * `stream`: responses are passed on unchanged; `decode`: they are decoded, shaped and encoded. Null if the gateway
   * answers itself.
   */
  readonly serves: 'stream' | 'decode' | null
  readonly backends: readonly BackendFacts[]
  /** The folder of the kind `files` (`server/static-filesystem`); null for other kinds. */
  readonly files: string | null
  /** Effective namespaces of `extra_config`, of the endpoint and its backends. */
  readonly features: readonly string[]
  /** Unsupported settings of the endpoint, for which it answers 501 (`unsupported: 'skip'`). */
  readonly unsupported: readonly string[]
  /** Configured namespaces without effect. */
  readonly ignored: readonly string[]
  /** Deadline of the response in ms; null if the gateway answers itself. */
  readonly timeout: number | null
  readonly origin: Origin | null
}

export interface BackendFacts {
  readonly method: string
  readonly hosts: readonly string[]
  readonly urlPattern: string
  readonly encoding: string
  /** The folder whose files answer instead of the hosts (`backend/static-filesystem`); null for other backends. */
  readonly files: string | null
  readonly features: readonly string[]
}

/** Lists all routes of a configuration in the order in which they are looked for, the gateway's own first. */
export function describeRoutes (loaded: LoadedConfig): RouteFacts[] {
  const implemented = new Set([...allFeatures().map(({ namespace }) => namespace), client])
  const routes = listRoutes(loaded.model).map(({ kind, method, pattern: { path }, endpoint }): RouteFacts => {
    const backends = (endpoint?.backends ?? []).map((backend) => describeBackend(backend, loaded))
    const namespaces = [...new Set([...Object.keys(endpoint?.extra ?? {}), ...backends.flatMap(({ features }) => features)])]
    const unsupported = endpoint?.unsupported ?? []
    const isServed = endpoint !== null && unsupported.length === 0
    return {
      kind,
      files: null,
      host: endpoint === null ? null : virtualHostOf(loaded.model, endpoint),
      method,
      path,
      engine: isServed ? 'step' : null,
      serves: isServed ? serves(endpoint) : null,
      unsupported,
      backends: backends.map((backend) => ({ ...backend, features: backend.features.filter((name) => implemented.has(name)) })),
      features: namespaces.filter((name) => implemented.has(name)),
      ignored: namespaces.filter((name) => !implemented.has(name) && !isReadAsOther(name, endpoint!, implemented)),
      timeout: endpoint?.timeout ?? null,
      origin: endpoint === null ? null : originOf(loaded, endpoint.place)
    }
  })
  return [...filesOfServer(loaded), ...routes]
}

/** Before all other routes, as requests see it. */
function filesOfServer (loaded: LoadedConfig): RouteFacts[] {
  const folder = serverFiles(loaded.model)
  if (folder === null) return []
  const own = {
    host: null,
    engine: null,
    serves: null,
    backends: [],
    features: [serverNamespace],
    unsupported: [],
    ignored: [],
    timeout: null
  }
  const path = `${folder.prefix.replace(/\/+$/, '')}/*`
  return [{ kind: 'files', method: 'GET', path, files: folder.path, ...own, origin: originOf(loaded, folder.place) }]
}

/** Whether a namespace has only plugins that are read as settings of others. */
function isReadAsOther (name: string, { extra, backends }: Endpoint, implemented: ReadonlySet<string>): boolean {
  return [extra, ...backends.map(({ extra }) => extra)].every((one) => !(name in one) || isTranslated(name, one[name], implemented))
}

function describeBackend ({ method, hosts, urlPattern, encoding, extra, place }: Backend, loaded: LoadedConfig): BackendFacts {
  const ofClient = originOf(loaded, [...place, 'extra_config', client]) === null ? [] : [client]
  return {
    method,
    hosts: hosts.map(maskUserInfo),
    urlPattern: maskUserInfo(urlPattern),
    encoding,
    files: backendFiles({ extra, place })?.path ?? null,
    features: [...ofClient, ...Object.keys(extra)]
  }
}

function serves ({ outputEncoding, backends }: Endpoint): 'stream' | 'decode' {
  return outputEncoding === 'no-op' && backends.length === 1 ? 'stream' : 'decode'
}
