import type { ClientStatistics, HostStatistics, OriginStatistics, PoolStatistics } from '@floodgate/http-client'
import type { MetricDefinition, MetricFamily, MetricSample } from '@floodgate/core'

type Place <Part> = (part: Part, client: ClientStatistics) => MetricSample[]
type Definition <Part> = readonly [
  name: string,
  type: MetricDefinition['type'],
  help: string,
  samples: Place<Part>,
  own?: { readonly labels?: readonly string[], readonly over?: NonNullable<MetricDefinition['over']> }
]

/** Of each client. */
const ofClients: readonly Definition<ClientStatistics>[] = [
  ['calls_running', 'gauge', 'Running calls to backends.', ({ key, calls }) => [[{ client: key }, calls]]],
  [
    'renewals_total',
    'counter',
    'Renewals: changed certificate files were read and are in use.',
    ({ key, rotation }) => [[{ client: key }, rotation.renewed]]
  ],
  [
    'renewal_failures_total',
    'counter',
    'Failed renewals: changed certificate files could not be used.',
    ({ key, rotation }) => [[{ client: key }, rotation.failed]]
  ],
  [
    'renewal_failing',
    'gauge',
    '1 while the current certificate files could not be used and previous certificates stay in use.',
    ({ key, rotation }) => [[{ client: key }, rotation.lastError === null ? 0 : 1]],
    { over: 'max' }
  ],
  [
    'certificate_expiry_timestamp_seconds',
    'gauge',
    'Expiry of certificates: own ones by file, those of peers by address.',
    ({ key, certificates }) =>
      certificates.map(({ use, from, subject, validTo }) => [{ client: key, use, from, subject }, Date.parse(validTo) / 1000]),
    { labels: ['client', 'use', 'from', 'subject'], over: 'min' }
  ]
]

/** Of each origin. */
const ofOrigins: readonly Definition<OriginStatistics>[] = [
  ['requests_total', 'counter', 'Requests sent, including redirects and retries.', count('requests')],
  ['redirects_total', 'counter', 'Redirects of this origin that were followed.', count('redirects')],
  ['retries_total', 'counter', 'Requests sent again because an idle connection had been closed.', count('retries')],
  [
    'failovers_total',
    'counter',
    'Requests that could not be sent to this host and went to another one.',
    count('failovers')
  ],
  ['repeats_total', 'counter', 'Requests sent once more after a failure of this host (`retry`).', count('repeats')],
  [
    'call_failures_total',
    'counter',
    'Calls without a complete response, by error code.',
    ({ origin, failures }, { key }) => Object.entries(failures).map(([code, value]) => [{ client: key, origin, code }, value]),
    { labels: ['client', 'origin', 'code'] }
  ],
  [
    'server_errors_total',
    'counter',
    'Answers of backends with a status of 500 or more, by status.',
    ({ origin, serverErrors }, { key }) => Object.entries(serverErrors).map(([status, value]) => [{ client: key, origin, status }, value]),
    { labels: ['client', 'origin', 'status'] }
  ],
  [
    'last_failure_timestamp_seconds',
    'gauge',
    'When a call failed the last time, or was answered with a status of 500 or more, by error code or status, since the epoch.',
    ({ origin, lastAt }, { key }) => Object.entries(lastAt).map(([code, time]) => [{ client: key, origin, code }, time / 1000]),
    { labels: ['client', 'origin', 'code'], over: 'max' }
  ]
]

/** Of each host of several. */
const ofHosts: readonly Definition<HostStatistics>[] = [
  [
    'host_out',
    'gauge',
    '1 while the host gets no requests: because of failed calls, a failed health check, or an operator.',
    ({ origin, address, out }, { key }) => [[{ client: key, origin, address: address ?? '', by: out?.by ?? '' }, out === null ? 0 : 1]],
    { labels: ['client', 'origin', 'address', 'by'], over: 'max' }
  ],
  [
    'host_out_since_timestamp_seconds',
    'gauge',
    'Since when a host that is out gets no requests, since the epoch; with workers, the earliest one.',
    ({ origin, address, out }, { key }) =>
      out === null ? [] : [[{ client: key, origin, address: address ?? '', by: out.by }, Date.parse(out.since) / 1000]],
    { labels: ['client', 'origin', 'address', 'by'], over: 'min' }
  ],
  [
    'host_ejections_total',
    'counter',
    'How often the host was taken out, by cause.',
    ({ origin, address, ejections }, { key }) =>
      Object.entries(ejections).map(([by, value]) => [{ client: key, origin, address: address ?? '', by }, value]),
    { labels: ['client', 'origin', 'address', 'by'] }
  ]
]

const ofCause = { labels: ['client', 'destination', 'address', 'proxy', 'cause'] }

/** Of the connections to each destination. */
const ofPools: readonly Definition<PoolStatistics>[] = [
  ['connections_opened_total', 'counter', 'Connections opened.', countOfPool('opened')],
  ['connections_open', 'gauge', 'Open connections.', countOfPool('open')],
  ['connections_idle', 'gauge', 'Idle connections.', countOfPool('idle')],
  ['connections_reused_total', 'counter', 'Requests over a reused connection.', countOfPool('reused')],
  ['connections_aged_total', 'counter', 'Connections closed because of their age (`max_connection_age`).', countOfPool('aged')],
  ['dial_failures_total', 'counter', 'Failed connection attempts.', countOfPool('failed')],
  ['handshake_failures_total', 'counter', 'Failed TLS handshakes with destinations, by cause.', causesOfPool('handshakeFailures'), ofCause],
  ['proxy_failures_total', 'counter', 'Connections that failed at the proxy, by cause.', causesOfPool('proxyFailures'), ofCause]
]

/** Converts statistics to metrics, without secrets. */
export function describeClientMetrics (clients: readonly ClientStatistics[]): MetricFamily[] {
  const define = <Part>(
    labels: readonly string[],
    definitions: readonly Definition<Part>[],
    partsOf: (client: ClientStatistics) => readonly Part[]
  ): MetricFamily[] =>
      definitions.map(
        ([name, type, help, samples, own]) => ({
          name: `floodgate_client_${name}`,
          type,
          help,
          labels,
          ...own,
          samples: clients.flatMap((client) => partsOf(client).flatMap((part) => samples(part, client)))
        })
      )
  return [
    ...define(['client'], ofClients, (client) => [client]),
    ...define(['client', 'origin'], ofOrigins, ({ origins }) => origins),
    ...define(['client', 'origin'], ofHosts, ({ hosts }) => hosts),
    ...define(['client', 'destination', 'address', 'proxy'], ofPools, ({ pools }) => pools)
  ]
}

function count (name: 'requests' | 'redirects' | 'retries' | 'failovers' | 'repeats'): Place<OriginStatistics> {
  return (statistics, { key }) => [[{ client: key, origin: statistics.origin }, statistics[name]]]
}

function countOfPool (name: 'opened' | 'open' | 'idle' | 'reused' | 'aged' | 'failed'): Place<PoolStatistics> {
  return (statistics, { key }) => [[labelPool(statistics, key), statistics[name]]]
}

function causesOfPool (name: 'handshakeFailures' | 'proxyFailures'): Place<PoolStatistics> {
  return (statistics, { key }) => Object.entries(statistics[name]).map(
    ([cause, value]) => [{ ...labelPool(statistics, key), cause }, value]
  )
}

function labelPool ({ destination, address, proxy }: PoolStatistics, client: string): Record<string, string> {
  return { client, destination, ...address !== null && { address }, proxy: proxy ?? '' }
}
