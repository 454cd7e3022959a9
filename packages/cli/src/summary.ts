import type { Backend } from '@floodgate/core'
import { describeProxy, hashSettings } from '@floodgate/http-client'
import type { LoadedConfig } from '@floodgate/gateway'

/**
 * Returns a short summary of the started gateway, without secrets.
 *
 * @param workers number of requested workers
 * @param listening number of listening workers
 */
export function summarize ({ model, overrides }: LoadedConfig, address: string, workers?: number, listening = workers): string {
  const backends = model.endpoints.flatMap((endpoint) => endpoint.backends)
  const skipped = model.endpoints.filter(({ unsupported = [] }) => unsupported.length > 0)
  const insecure = backends.filter((backend) => backend.client.tls?.allowInsecureConnections)
  const proxies = new Set(backends.flatMap(({ client }) => client.proxy ? [describeProxy(client.proxy)] : []))
  const lines = [
    `listening on ${address}${workers === undefined ? '' : `, ${listening === workers ? '' : `${listening} of `}${count(workers, 'worker')}`}`,
    `${count(model.endpoints.length, 'endpoint')}, ${count(backends.length, 'backend')}, ${count(new Set(backends.map(({ client }) => hashSettings(client))).size, 'distinct client')}`,
    ...(skipped.length > 0
      ? [
        `${count(skipped.length, 'endpoint')} ${skipped.length === 1 ? 'answers' : 'answer'} 501, because of --skip-unsupported: ${skipped.map(({ method, path, unsupported = [] }) => `${method} ${path} (${unsupported.join(', ')})`).join(', ')}`
        ]
      : []),
    ...(insecure.length > 0 ? [`certificates are NOT verified for ${count(insecure.length, 'backend')}: ${names(insecure)}`] : []),
    ...(proxies.size > 0 ? [`forward proxies: ${[...proxies].join(', ')}`] : []),
    ...(overrides.length > 0 ? [`set by the environment: ${overrides.join(', ')}`] : [])
  ]
  return lines.map((line) => `floodgate: ${line}\n`).join('')
}

function count (n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`
}

/** Lists the hosts of some backends, the first few by name. */
function names (backends: Backend[]): string {
  const hosts = [...new Set(backends.flatMap((backend) => backend.hosts))]
  return hosts.slice(0, 5).join(', ') + (hosts.length > 5 ? ` and ${hosts.length - 5} more` : '')
}
