import { backendLabels, endpointLabels, maskUserInfo, type MetricLabels, type MetricSample, type Service } from '@floodgate/core'
import { originOf } from '@floodgate/config-loader'
import { keyOfOrigin } from '@floodgate/http-client'
import { clientPlace, describeClientSettings } from './client-settings.ts'

/** What a configuration says for the tables of the status page. */
export interface Facts {
  readonly name: string
  /** Labels of endpoints, in order. */
  readonly endpoints: readonly MetricLabels[]
  /**
   * Returns labels of backends, in order, with `client` as the samples of `floodgate_client_info` say; the same objects while these
   * are the same.
   */
  backends (info: readonly MetricSample[]): readonly MetricLabels[]
  /** By the name of a backend. */
  readonly ofBackend: ReadonlyMap<string, BackendFacts>
}

/** What a configuration says about a backend. */
interface BackendFacts {
  readonly hosts: string
  /** Origins of its hosts as metrics have them; null = they are found out while it runs. */
  readonly origins: readonly string[] | null
  readonly settings: string
}

/** Names a backend by its labels. */
export function nameBackend ({ method, endpoint, backend }: MetricLabels): string {
  return `${method}\n${endpoint}\n${backend}`
}

/** Reads them from a model, without secrets. */
export function describeFacts (model: Service): Facts {
  const served = model.endpoints.filter(({ unsupported = [] }) => unsupported.length === 0)
  let shared: string | undefined
  const backends = served.flatMap((endpoint) => endpoint.backends).map((backend) => {
    const labels = mapValues(backendLabels(model, backend))
    const isShared = originOf({ model }, clientPlace(backend)) === null
    const settings = isShared ? shared ?? describeClientSettings(model, backend) : describeClientSettings(model, backend)
    if (isShared) shared = settings
    const origins = backend.sd === 'dns' ? null : backend.hosts.map(keyOfOrigin)
    return { labels, hosts: backend.hosts.map(maskUserInfo).join(', '), origins, settings }
  })
  let joined: { readonly count: number, readonly first: MetricLabels | undefined, readonly labels: readonly MetricLabels[] } | null = null
  return {
    name: model.name,
    endpoints: served.map((endpoint) => mapValues(endpointLabels(endpoint))),
    backends (info) {
      const first = info[0]?.[0]
      if (joined?.count === info.length && joined.first === first) return joined.labels
      const clients = new Map(info.map(([labels]) => [nameBackend(labels), labels['client'] ?? '']))
      const labels = backends.map(({ labels }) => ({ ...labels, client: clients.get(nameBackend(labels)) ?? '' }))
      joined = { count: info.length, first, labels }
      return labels
    },
    ofBackend: new Map(backends.map(({ labels, ...facts }) => [nameBackend(labels), facts]))
  }
}

function mapValues (labels: MetricLabels): MetricLabels {
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, maskUserInfo(value)]))
}
