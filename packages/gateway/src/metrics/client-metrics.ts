import type { ClientStatistics, OriginStatistics, PoolStatistics } from '@floodgate/http-client'
import type { MetricFamily, MetricSample } from './exposition.ts'

type Place <Part> = (part: Part, client: ClientStatistics) => MetricSample[]
type Definition <Part> = readonly [name: string, type: MetricFamily['type'], help: string, samples: Place<Part>]

/** Of each client. */
const ofClients: readonly Definition<ClientStatistics>[] = [
  ['calls_running', 'gauge', 'Calls to backends that run now.', ({ key, calls }) => [[{ client: key }, calls]]],
  ['renewals_total', 'counter', 'Renewals: certificate files were read again and put to use.', ({ key, rotation }) => [[{ client: key }, rotation.renewed]]],
  ['renewal_failures_total', 'counter', 'Certificate files that changed and could not be used.', ({ key, rotation }) => [[{ client: key }, rotation.failed]]],
  ['renewal_failing', 'gauge', '1 while what the certificate files hold is not what is in use.', ({ key, rotation }) => [[{ client: key }, rotation.lastError === null ? 0 : 1]]],
  ['certificate_expiry_timestamp_seconds', 'gauge', 'When a certificate expires: our own by file, those of peers by address.', ({ key, certificates }) => certificates.map(({ use, from, subject, validTo }) => [{ client: key, use, from, subject }, Date.parse(validTo) / 1000])]
]

/** Of each origin. */
const ofOrigins: readonly Definition<OriginStatistics>[] = [
  ['requests_total', 'counter', 'Requests sent, redirect hops and retries included.', count('requests')],
  ['redirects_total', 'counter', 'Redirects of this origin that were followed.', count('redirects')],
  ['retries_total', 'counter', 'Requests sent once more because a kept connection was gone.', count('retries')],
  ['call_failures_total', 'counter', 'Calls that ended without a whole answer, by error code.', ({ origin, failures }, { key }) => Object.entries(failures).map(([code, value]) => [{ client: key, origin, code }, value])]
]

/** Of the connections to each destination. */
const ofPools: readonly Definition<PoolStatistics>[] = [
  ['connections_opened_total', 'counter', 'Connections opened.', countOfPool('opened')],
  ['connections_open', 'gauge', 'Connections that are open.', countOfPool('open')],
  ['connections_idle', 'gauge', 'Open connections that wait for a request.', countOfPool('idle')],
  ['connections_reused_total', 'counter', 'Requests over a connection that had served another one before.', countOfPool('reused')],
  ['dial_failures_total', 'counter', 'Attempts that ended without a connection, for whatever reason.', countOfPool('failed')],
  ['handshake_failures_total', 'counter', 'TLS handshakes with destinations that failed, by cause.', causesOfPool('handshakeFailures')],
  ['proxy_failures_total', 'counter', 'Connections that failed at the proxy on the way, by cause.', causesOfPool('proxyFailures')]
]

/** Makes metrics of statistics: no more than they tell, and no secret. */
export function describeClientMetrics (clients: readonly ClientStatistics[]): MetricFamily[] {
  const define = <Part>(definitions: readonly Definition<Part>[], partsOf: (client: ClientStatistics) => readonly Part[]): MetricFamily[] =>
    definitions.map(([name, type, help, samples]) => ({ name: `floodgate_client_${name}`, type, help, samples: clients.flatMap((client) => partsOf(client).flatMap((part) => samples(part, client))) }))
  return [...define(ofClients, (client) => [client]), ...define(ofOrigins, ({ origins }) => origins), ...define(ofPools, ({ pools }) => pools)]
}

function count (name: 'requests' | 'redirects' | 'retries'): Place<OriginStatistics> {
  return (statistics, { key }) => [[{ client: key, origin: statistics.origin }, statistics[name]]]
}

function countOfPool (name: 'opened' | 'open' | 'idle' | 'reused' | 'failed'): Place<PoolStatistics> {
  return (statistics, { key }) => [[labelPool(statistics, key), statistics[name]]]
}

function causesOfPool (name: 'handshakeFailures' | 'proxyFailures'): Place<PoolStatistics> {
  return (statistics, { key }) => Object.entries(statistics[name]).map(([cause, value]) => [{ ...labelPool(statistics, key), cause }, value])
}

function labelPool ({ destination, proxy }: PoolStatistics, client: string): Record<string, string> {
  return { client, destination, proxy: proxy ?? '' }
}
