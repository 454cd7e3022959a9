import type { MetricLabels } from '@floodgate/core'
import type { HostOut } from '../../reload/hosts-out.ts'
import type { Facts } from './facts.ts'
import { isOfHost, nameCode, verdictOf } from './failure-verdicts.ts'
import type { History } from './history.ts'
import { createBackendsTable } from './backends-table.ts'
import { createPivot, type LiveTable, type Pivot } from './pivot.ts'
import type { Cell, Table } from './table.ts'
import type { Figure } from './tally.ts'

const day = 86_400

const rate = (title: string, metric: string, where?: Figure['where']): Figure => ({ title, metric, unit: 'rate', as: 'rate', ...where && { where } })
const number = (title: string, metric: string, where?: Figure['where']): Figure => ({ title, metric, unit: 'number', as: 'value', ...where && { where } })
const has = (label: string, ...values: string[]) => (labels: MetricLabels): boolean => values.includes(labels[label] ?? '')
const isServerError = ({ status = '' }: MetricLabels): boolean => status.startsWith('5')
const isClientError = ({ status = '' }: MetricLabels): boolean => status.startsWith('4')

const requests = 'floodgate_http_requests_total'
const duration = 'floodgate_http_request_duration_seconds'
const failures = 'floodgate_client_call_failures_total'
const serverErrors = 'floodgate_client_server_errors_total'
const failureTime = 'floodgate_client_last_failure_timestamp_seconds'
const inFlight = 'floodgate_http_requests_in_flight'
const state = 'floodgate_breaker_state'
const keySetTime = 'floodgate_key_set_fetch_timestamp_seconds'

const place = [['method', 'Method'], ['endpoint', 'Endpoint'], ['backend', 'Backend']] as const

const isHosts = ({ code = '' }: MetricLabels): boolean => isOfHost(code)
const describeCode = ({ code = '' }: MetricLabels): string => `${nameCode(code)}: ${verdictOf(code)}`
const time = (title: string, metric: string): Figure => ({ title, metric, unit: 'time', as: 'latest', convert: (seconds) => seconds * 1000 })
const lastTime = time('Last failure', failureTime)
/** When a call failed the last time because of the host, and why. */
const lastFailure: readonly Figure[] = [
  { ...lastTime, where: isHosts },
  { title: 'Last failure was', metric: failureTime, unit: 'text', as: 'latest', where: isHosts, tell: describeCode }
]

/** Tables that follow from metrics alone. */
const others: readonly Pivot[] = [
  {
    id: 'connections',
    title: 'Connections',
    empty: 'No connection has been opened.',
    labels: [['destination', 'Destination'], ['address', 'Address'], ['proxy', 'Proxy'], ['client', 'Client']],
    figures: [
      number('Open', 'floodgate_client_connections_open'),
      number('Idle', 'floodgate_client_connections_idle'),
      rate('Opened/s', 'floodgate_client_connections_opened_total'),
      rate('Reused/s', 'floodgate_client_connections_reused_total'),
      number('Failed dials', 'floodgate_client_dial_failures_total'),
      number('Failed handshakes', 'floodgate_client_handshake_failures_total'),
      number('Failed at proxy', 'floodgate_client_proxy_failures_total')
    ]
  },
  {
    id: 'failures',
    title: 'Failures',
    empty: 'No call to a backend has failed, or was answered with a status of 500 or more.',
    labels: [['origin', 'Host'], ['code', 'Code'], ['client', 'Client']],
    facts: [{ title: 'What it means', unit: 'text', metric: null }],
    factsOf: ({ code = '' }) => [verdictOf(code)],
    unify: ({ status, ...labels }) => status === undefined ? labels : { ...labels, code: status },
    figures: [
      lastTime, rate('Now/s', `${failures}, ${serverErrors}`), number('Total', `${failures}, ${serverErrors}`)
    ]
  },
  {
    id: 'limits',
    title: 'Rate limits',
    empty: 'No rate limit has checked a request yet.',
    labels: [['limit', 'Limit'], ...place],
    figures: [
      rate('Allowed/s', 'floodgate_limit_requests_total', has('result', 'allowed')),
      rate('Refused/s', 'floodgate_limit_requests_total', (labels) => !has('result', 'allowed')(labels)),
      time('Last refusal', 'floodgate_limit_last_refusal_timestamp_seconds'),
      number('Refused', 'floodgate_limit_requests_total', (labels) => !has('result', 'allowed')(labels))
    ]
  },
  {
    id: 'breakers',
    title: 'Circuit breakers',
    empty: 'No circuit breaker is configured.',
    labels: [['breaker', 'Breaker'], ...place],
    figures: [
      number('Open', state, has('state', 'open')),
      number('Half open', state, has('state', 'half_open', 'half-open')),
      number('Closed', state, has('state', 'closed')),
      time('Open since', 'floodgate_breaker_open_since_timestamp_seconds'),
      number('Changes', 'floodgate_breaker_changes_total'),
      rate('Refused/s', 'floodgate_breaker_refused_total'),
      number('Refused', 'floodgate_breaker_refused_total')
    ]
  },
  {
    id: 'caches',
    title: 'Caches',
    empty: 'No cache has been asked.',
    labels: [['cache', 'Cache'], ...place],
    figures: [
      rate('Hits/s', 'floodgate_cache_requests_total', has('result', 'hit')),
      rate('Misses/s', 'floodgate_cache_requests_total', has('result', 'miss')),
      number('Revalidated', 'floodgate_cache_requests_total', has('result', 'revalidated')),
      number('Stale', 'floodgate_cache_requests_total', has('result', 'stale')),
      number('Entries', 'floodgate_cache_entries'),
      { title: 'Size', metric: 'floodgate_cache_size_bytes', unit: 'bytes', as: 'value' }
    ]
  },
  {
    id: 'tokens',
    title: 'Authentication',
    empty: 'No authentication has checked a request yet.',
    labels: [['by', 'By'], ['method', 'Method'], ['endpoint', 'Endpoint'], ['result', 'Result'], ['reason', 'Reason']],
    figures: [rate('Now/s', 'floodgate_auth_requests_total'), number('Total', 'floodgate_auth_requests_total')]
  },
  {
    id: 'keys',
    title: 'Key sets',
    empty: 'No key set has been fetched.',
    labels: [['url', 'Address']],
    figures: [
      time('Failing since', 'floodgate_key_set_failing_since_timestamp_seconds'),
      time('Fetched', keySetTime),
      number('Keys', 'floodgate_key_set_keys'),
      number('Fetches', 'floodgate_key_set_fetches_total', has('result', 'success')),
      number('Failures', 'floodgate_key_set_fetches_total', has('result', 'failure'))
    ]
  }
]

/** The tables of endpoints, backends and what else metrics tell. */
export interface MetricTables {
  /** @param now ms since the epoch */
  read (history: History, hostsOut: readonly HostOut[], now: number): Table[]
}

/** Creates them for one configuration. */
export function createMetricTables (facts: Facts): MetricTables {
  let out = describeOut([])
  let outText = ''
  let at = 0
  const live = (create: () => LiveTable, version: () => unknown = () => 0): [LiveTable, () => unknown] => [create(), version]
  const tables = [
    live(() => createPivot({
      id: 'endpoints',
      title: 'Endpoints',
      empty: 'The configuration has no endpoint.',
      labels: [['method', 'Method'], ['endpoint', 'Endpoint']],
      known: facts.endpoints,
      figures: [
        rate('Requests/s', requests),
        rate('5xx/s', requests, isServerError),
        rate('4xx/s', requests, isClientError),
        { title: 'p50', metric: duration, unit: 'seconds', as: 0.5 },
        { title: 'p99', metric: duration, unit: 'seconds', as: 0.99 },
        number('In flight', inFlight),
        number('Requests', requests)
      ]
    })),
    live(() => createBackendsTable(facts, [
      rate('Requests/s', 'floodgate_client_requests_total'),
      rate('Failures/s', failures, isHosts),
      rate('5xx/s', serverErrors),
      ...lastFailure,
      number('Hosts out', 'floodgate_client_host_out'),
      number('Open connections', 'floodgate_client_connections_open'),
      number('Running calls of client', 'floodgate_client_calls_running')
    ])),
    live(() => createPivot({
      id: 'hosts',
      title: 'Hosts',
      empty: 'No host has been called.',
      labels: [['origin', 'Host'], ['address', 'Address'], ['client', 'Client']],
      facts: [
        { title: 'State', unit: 'state', metric: 'floodgate_client_host_out' },
        { title: 'Since', unit: 'time', metric: 'floodgate_client_host_out_since_timestamp_seconds' },
        { title: 'Until', unit: 'time', metric: null },
        { title: 'Reason', unit: 'text', metric: null }
      ],
      factsOf: (labels) => out(labels),
      figures: [
        rate('Requests/s', 'floodgate_client_requests_total'),
        rate('Failures/s', failures, isHosts),
        rate('5xx/s', serverErrors),
        number('Failures', failures, isHosts),
        number('5xx', serverErrors),
        ...lastFailure,
        number('Taken out', 'floodgate_client_host_ejections_total'),
        number('Retries', 'floodgate_client_repeats_total')
      ]
    }), () => outText),
    ...others.map((pivot) => live(() => createPivot(pivot))),
    live(() => createPivot({
      id: 'certificates',
      title: 'Certificates',
      empty: 'No certificate is in use.',
      labels: [['subject', 'Subject'], ['use', 'Use'], ['from', 'From'], ['client', 'Client']],
      figures: [{
        title: 'Days left',
        metric: 'floodgate_listener_certificate_expiry_timestamp_seconds, floodgate_client_certificate_expiry_timestamp_seconds',
        unit: 'days',
        as: 'value',
        convert: (seconds) => (seconds - at / 1000) / day
      }]
    }), () => Math.floor(at / 60_000)),
    live(() => createPivot({
      id: 'processes',
      title: 'Processes',
      empty: 'No process has reported yet.',
      labels: [['worker', 'Worker']],
      figures: [
        rate('Processor', 'process_cpu_seconds_total'),
        { title: 'Memory', metric: 'process_resident_memory_bytes', unit: 'bytes', as: 'value' },
        { title: 'Event loop p50', metric: 'floodgate_event_loop_delay_p50_seconds', unit: 'seconds', as: 'value' },
        { title: 'Event loop p99', metric: 'floodgate_event_loop_delay_p99_seconds', unit: 'seconds', as: 'value' },
        { title: 'Event loop max', metric: 'floodgate_event_loop_delay_max_seconds', unit: 'seconds', as: 'value' },
        number('Open files', 'process_open_fds'),
        time('Started', 'process_start_time_seconds')
      ]
    }))
  ]
  return {
    read (history, hostsOut, now) {
      at = now
      const text = hostsOut.length === 0 ? '' : JSON.stringify(hostsOut)
      if (text !== outText) out = describeOut(hostsOut)
      outText = text
      return tables.map(([table, version]) => table.read(history, version()))
    }
  }
}

function describeOut (hostsOut: readonly HostOut[]): (labels: MetricLabels) => Cell[] {
  const out = new Map<string, HostOut[]>()
  for (const host of hostsOut) {
    const key = `${host.origin}\n${host.address ?? ''}\n${host.client}`
    out.set(key, [...out.get(key) ?? [], host])
  }
  return ({ origin = '', address = '', client = '' }) => {
    const [first, ...more] = out.get(`${origin}\n${address}\n${client}`) ?? []
    if (first === undefined) return ['in use', null, null, '']
    const where = first.worker === null ? '' : ` (${more.length + 1} workers)`
    return [`out: ${first.by}${where}`, Date.parse(first.since), first.until === null ? null : Date.parse(first.until), first.reason]
  }
}
