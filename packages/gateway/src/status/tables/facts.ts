import { backendLabels, endpointLabels, maskUserInfo, type MetricLabels, type Service } from '@floodgate/core'
import { originOf } from '@floodgate/config-loader'
import { clientPlace, describeClientSettings } from './client-settings.ts'

/** What a configuration says for the tables of the status page. */
export interface Facts {
  readonly name: string
  /** Labels of endpoints, in order. */
  readonly endpoints: readonly MetricLabels[]
  /** Labels of backends, in order. */
  readonly backends: readonly MetricLabels[]
  /** Hosts and client settings, by the name of a backend. */
  readonly ofBackend: ReadonlyMap<string, { readonly hosts: string, readonly settings: string }>
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
    return { labels, hosts: backend.hosts.map(maskUserInfo).join(', '), settings }
  })
  return {
    name: model.name,
    endpoints: served.map((endpoint) => mapValues(endpointLabels(endpoint))),
    backends: backends.map(({ labels }) => labels),
    ofBackend: new Map(backends.map(({ labels, ...facts }) => [nameBackend(labels), facts]))
  }
}

function mapValues (labels: MetricLabels): MetricLabels {
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, maskUserInfo(value)]))
}
