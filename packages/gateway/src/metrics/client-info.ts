import { backendLabels, type Backend, type MetricDefinition, type Metrics, type Service } from '@floodgate/core'
import { writeAddress, type Client } from '@floodgate/http-client'

const info: MetricDefinition = {
  name: 'floodgate_client_info',
  type: 'gauge',
  help: 'Joins the label `client` with the backends that use these client settings, and with what decides how they are called.',
  labels: ['client', 'endpoint', 'method', 'backend', 'proxy', 'tls', 'insecure', 'client_certificates', 'http2'],
  over: 'max'
}

/** What this file reports. */
export const clientInfoMetrics: readonly MetricDefinition[] = [info]

/** Reports which backends use which client: one series per backend. Without user and password of proxies. */
export function reportClients (model: Service, metrics: Metrics, clientFor: (backend: Backend) => Pick<Client, 'key'>): void {
  const served = model.endpoints.filter(({ unsupported = [] }) => unsupported.length === 0)
  const samples = served.flatMap(({ backends }) => backends).map((backend) => {
    const { client: { tls, proxy, own } } = backend
    return [{
      client: clientFor(backend).key,
      ...backendLabels(model, backend),
      proxy: proxy === null ? '' : `${proxy.protocol}://${writeAddress(proxy.host, proxy.port)}`,
      tls: tls === null ? 'default' : tls.minVersion === tls.maxVersion ? tls.minVersion : `${tls.minVersion} to ${tls.maxVersion}`,
      insecure: String(tls?.allowInsecureConnections === true),
      client_certificates: String(tls?.clientCerts.length ?? 0),
      http2: String(own?.http2 === true)
    }, 1] as const
  })
  metrics.observe(info, () => samples)
}
