import { figure, lines, table } from './panels.mjs'

// All rows of the dashboard. The number of a panel stays when it moves, because links to panels have it; a new one takes a new number.
// `$own` is the filter by job and instance. Lines of one process are told apart by `{{instance}}`.

const endpoint = 'endpoint=~"$endpoint"'
const requests = `floodgate_http_requests_total{$own, ${endpoint}}`
const failed = `floodgate_http_requests_total{$own, ${endpoint}, status=~"5.."}`
const duration = `floodgate_http_request_duration_seconds_bucket{$own, ${endpoint}}`
const every = '[$__rate_interval]'
const place = '{{endpoint}} {{backend}}'

/** What was counted per second, by labels. */
const rate = (metric, by) => `sum by (${by}) (rate(${metric}${every}))`
/** Leaves out the clients that only other endpoints use. Clients of the gateway itself (key sets) stay: they have no endpoint. */
const chosen = `unless on (job, instance, client) (floodgate_client_info{$own} unless on (job, instance, client) floodgate_client_info{$own, ${endpoint}})`
/** A metric that has a client but no endpoint. */
const ofClients = (name) => `floodgate_client_${name}{$own} ${chosen}`
const countOfClients = (count, name, by) => `sum by (${by}) (${count}(floodgate_client_${name}{$own}${every}) ${chosen})`
const rateOfClients = (name, by) => countOfClients('rate', name, by)
const quantile = (part, by = 'le') => `histogram_quantile(${part}, sum by (${by}) (rate(${duration}${every})))`
const own = (name, rest = '') => `floodgate_${name}{$own, ${endpoint}${rest}}`

export const rows = [
  {
    id: 1,
    title: 'Now',
    panels: [
      figure(10, 'Requests per second', [`sum(rate(${requests}${every}))`], { unit: 'reqps' }),
      figure(11, 'Answered with 5xx', [`sum(rate(${failed}${every})) / sum(rate(${requests}${every}))`], {
        description: 'Share of the requests of clients.', unit: 'percentunit', thresholds: [0.01, 0.05]
      }),
      figure(12, '99 % are faster than', [quantile(0.99)], { unit: 's', thresholds: [0.5, 1] }),
      figure(13, 'In flight', [`sum(${own('http_requests_in_flight')})`], {}),
      figure(14, 'Hosts out', [`sum(max by (job, instance, client, origin, address) (${ofClients('host_out')})) or vector(0)`], {
        description: 'Hosts of backends that get no requests; the row "Backends" says why.', thresholds: [1, 2]
      }),
      figure(15, 'Breakers open', [`sum(${own('breaker_state', ', state="open"')} > bool 0) or vector(0)`], { thresholds: [1, 2] }),
      figure(16, 'Next certificate expires in', [`min(${ofClients('certificate_expiry_timestamp_seconds')}) - time()`], {
        unit: 's', thresholds: [30 * 86_400, 7 * 86_400]
      }),
      figure(17, 'Configurations in use', ['count(count by (revision) (floodgate_config_info{$own}))'], {
        description: 'More than 1 for longer than a rollout takes: instances serve different configurations.', thresholds: [2, 3]
      })
    ]
  },
  {
    id: 2,
    title: 'Requests of clients',
    panels: [
      lines(20, 'Requests per endpoint', [[rate(requests, 'endpoint, method'), '{{method}} {{endpoint}}']], { unit: 'reqps' }),
      lines(21, 'Requests by status', [[rate(requests, 'status'), '{{status}}']], {
        unit: 'reqps', stack: true, description: '499: the client disconnected before the response.'
      }),
      lines(22, 'Share of 5xx per endpoint', [[`${rate(failed, 'endpoint, method')} / ${rate(requests, 'endpoint, method')}`, '{{method}} {{endpoint}}']], {
        unit: 'percentunit'
      }),
      lines(23, 'Duration', [[quantile(0.5), 'p50'], [quantile(0.9), 'p90'], [quantile(0.99), 'p99']], {
        unit: 's', description: 'To the end of the response.'
      }),
      lines(24, 'Duration per endpoint, p99', [[quantile(0.99, 'le, endpoint, method'), '{{method}} {{endpoint}}']], { unit: 's' }),
      lines(25, 'In flight per endpoint', [[`sum by (endpoint, method) (${own('http_requests_in_flight')})`, '{{method}} {{endpoint}}']]),
      lines(26, 'Requests that match no endpoint', [[rate('floodgate_http_unmatched_requests_total{$own}', 'method, status'), '{{method}} {{status}}']], {
        unit: 'reqps', width: 24
      })
    ]
  },
  {
    id: 3,
    title: 'Limits and authentication',
    panels: [
      lines(30, 'Limits: allowed', [[rate(own('limit_requests_total', ', result="allowed"'), 'limit, endpoint, backend'), `{{limit}} ${place}`]], { unit: 'reqps' }),
      lines(31, 'Limits: refused', [[rate(own('limit_requests_total', ', result="refused"'), 'limit, endpoint, backend, rate'), `{{limit}} ${place} (rate of {{rate}})`]], {
        unit: 'reqps', description: 'By the rate of the client, or that of all clients.'
      }),
      lines(32, 'Refused by authentication', [[rate(own('auth_requests_total', ', result="refused"'), 'by, endpoint, reason'), '{{by}} {{endpoint}}: {{reason}}']], { unit: 'reqps' }),
      lines(33, 'Accepted by authentication', [[rate(own('auth_requests_total', ', result="accepted"'), 'by, endpoint'), '{{by}} {{endpoint}}']], { unit: 'reqps' }),
      lines(34, 'Key sets: age', [['time() - max by (instance, url) (floodgate_key_set_fetch_timestamp_seconds{$own})', '{{url}} of {{instance}}']], { unit: 's' }),
      lines(35, 'Key sets: keys, and failed fetches per hour', [
        ['min by (url) (floodgate_key_set_keys{$own})', 'keys of {{url}}'],
        ['sum by (url) (increase(floodgate_key_set_fetches_total{$own, result="failure"}[1h]))', 'failed: {{url}}']
      ]),
      table(36, 'Limits: last refusals', `time() - max by (limit, endpoint, method, backend, rate) (${own('limit_last_refusal_timestamp_seconds')})`, {
        value: 'ago', unit: 's', description: 'By the rate of the client, or that of all clients.'
      }),
      table(37, 'Key sets that cannot be fetched', 'time() - min by (instance, url) (floodgate_key_set_failing_since_timestamp_seconds{$own})', {
        value: 'for', unit: 's', description: 'The keys of the last fetch stay in use.'
      })
    ]
  },
  {
    id: 4,
    title: 'Breakers and caches',
    panels: [
      lines(40, 'Breakers: state', [[`max by (breaker, endpoint, backend, state) (${own('breaker_state', ', state!="closed"')})`, `{{breaker}} ${place}: {{state}}`]], {
        description: '1, or the number of workers, while the breaker is in this state.'
      }),
      lines(41, 'Breakers: changes', [[`sum by (breaker, endpoint, backend, to) (increase(${own('breaker_changes_total')}${every}))`, `{{breaker}} ${place}: to {{to}}`]]),
      lines(42, 'Breakers: refused calls', [[rate(own('breaker_refused_total'), 'breaker, endpoint, backend'), `{{breaker}} ${place}`]], { unit: 'reqps' }),
      lines(43, 'Caches: share of hits', [[`${rate(own('cache_requests_total', ', result=~"hit|revalidated|stale"'), 'endpoint, backend')} / ${rate(own('cache_requests_total'), 'endpoint, backend')}`, place]], {
        unit: 'percentunit', max: 1, description: 'Hits, responses that the backend confirmed with 304, and old ones that were sent because the backend failed.'
      }),
      lines(44, 'Caches: results', [[rate(own('cache_requests_total'), 'result'), '{{result}}']], { unit: 'reqps', stack: true }),
      lines(45, 'Caches: memory', [[`sum by (cache, endpoint, backend) (${own('cache_size_bytes')})`, `{{cache}} ${place}`]], { unit: 'bytes' }),
      lines(46, 'Caches: responses', [[`sum by (cache, endpoint, backend) (${own('cache_entries')})`, `{{cache}} ${place}`]], { width: 12 }),
      table(47, 'Breakers that are open', `time() - min by (breaker, endpoint, method, backend) (${own('breaker_open_since_timestamp_seconds')})`, {
        value: 'for', unit: 's', description: 'Trials that fail do not begin it anew.'
      })
    ]
  },
  {
    id: 5,
    title: 'Backends',
    panels: [
      table(50, 'Hosts that are out', `time() - min by (instance, client, origin, address, by) (${ofClients('host_out_since_timestamp_seconds')})`, {
        value: 'for',
        unit: 's',
        description: '`by`: failed calls, a failed health check, or an operator. `client` is the key that `floodgate explain` shows.'
      }),
      table(51, 'Clients and the backends that use them', `max by (client, endpoint, method, backend, proxy, tls, insecure, client_certificates, http2) (floodgate_client_info{$own, ${endpoint}})`, {
        description: 'What `client` means elsewhere on this page.'
      }),
      lines(52, 'Requests to backends', [[rateOfClients('requests_total', 'origin'), '{{origin}}']], { unit: 'reqps' }),
      lines(53, 'Calls without a complete response', [[rateOfClients('call_failures_total', 'origin, code'), '{{origin}}: {{code}}']], { unit: 'reqps' }),
      lines(54, 'Running calls', [[`sum by (client) (${ofClients('calls_running')})`, '{{client}}']]),
      lines(55, 'Hosts taken out', [[countOfClients('increase', 'host_ejections_total', 'origin, address, by'), '{{origin}} {{address}}: {{by}}']]),
      lines(56, 'Requests that were sent again', [
        [rateOfClients('failovers_total', 'origin'), 'to another host: {{origin}}'],
        [rateOfClients('repeats_total', 'origin'), 'after a failure: {{origin}}'],
        [rateOfClients('retries_total', 'origin'), 'idle connection had closed: {{origin}}']
      ], { unit: 'reqps' }),
      lines(57, 'Redirects that were followed', [[rateOfClients('redirects_total', 'origin'), '{{origin}}']], { unit: 'reqps' }),
      lines(58, 'Answers with 5xx', [[rateOfClients('server_errors_total', 'origin, status'), '{{origin}}: {{status}}']], { unit: 'reqps' }),
      table(59, 'Last failures', `time() - max by (origin, code) (${ofClients('last_failure_timestamp_seconds')})`, {
        value: 'ago', unit: 's', description: 'Calls without a complete response by error code, and answers with a status of 500 or more.'
      })
    ]
  },
  {
    id: 6,
    title: 'Connections and TLS',
    panels: [
      lines(60, 'Connections', [
        [`sum by (destination, proxy) (${ofClients('connections_open')})`, 'open: {{destination}} {{proxy}}'],
        [`sum by (destination, proxy) (${ofClients('connections_idle')})`, 'idle: {{destination}} {{proxy}}']
      ]),
      lines(61, 'Connections opened, reused and closed by age', [
        [rateOfClients('connections_opened_total', 'destination'), 'opened: {{destination}}'],
        [rateOfClients('connections_reused_total', 'destination'), 'reused: {{destination}}'],
        [rateOfClients('connections_aged_total', 'destination'), 'closed by age: {{destination}}']
      ], { unit: 'ops' }),
      lines(62, 'Connections that failed', [
        [rateOfClients('dial_failures_total', 'destination, proxy'), '{{destination}} {{proxy}}'],
        [rateOfClients('proxy_failures_total', 'destination, proxy, cause'), 'at the proxy {{proxy}}: {{cause}}']
      ], { unit: 'ops' }),
      lines(63, 'TLS handshakes that failed, by cause', [[rateOfClients('handshake_failures_total', 'destination, cause'), '{{destination}}: {{cause}}']], {
        unit: 'ops', description: '`floodgate probe` says what to change.'
      }),
      table(64, 'Certificates by time left', `min by (client, use, from, subject) (${ofClients('certificate_expiry_timestamp_seconds')} or floodgate_listener_certificate_expiry_timestamp_seconds{$own}) - time()`, {
        value: 'expires in', unit: 's', width: 16, thresholds: [30 * 86_400, 7 * 86_400], description: 'Own ones by file, those of backends by address; without a client, those of the listener.'
      }),
      lines(65, 'Renewals of certificates', [
        [`sum by (client) (increase(floodgate_client_renewals_total{$own}${every}))`, 'in use: {{client}}'],
        [`sum by (client) (increase(floodgate_client_renewal_failures_total{$own}${every}))`, 'failed: {{client}}'],
        ['max by (client) (floodgate_client_renewal_failing{$own})', 'failing now: {{client}}'],
        [`sum(increase(floodgate_listener_renewals_total{$own}${every}))`, 'in use: listener'],
        [`sum(increase(floodgate_listener_renewal_failures_total{$own}${every}))`, 'failed: listener'],
        ['max(floodgate_listener_renewal_failing{$own})', 'failing now: listener']
      ], { width: 8 })
    ]
  },
  {
    id: 7,
    title: 'Configuration and processes',
    panels: [
      table(70, 'Configuration and versions', 'max by (instance, revision) (floodgate_config_info{$own}) * on (instance) group_left (version, node) max by (instance, version, node) (floodgate_build_info{$own})'),
      lines(71, 'Reloads', [[`sum by (instance, result) (increase(floodgate_config_reloads_total{$own}${every}))`, '{{instance}}: {{result}}']], { width: 6 }),
      lines(72, 'Workers', [
        ['sum by (instance, state) (floodgate_workers{$own})', '{{instance}}: {{state}}'],
        [`sum by (instance, reason) (increase(floodgate_worker_restarts_total{$own}${every}))`, '{{instance}}: ended by {{reason}}']
      ], { width: 6 }),
      lines(73, 'Processor', [[`rate(process_cpu_seconds_total{$own}${every})`, '{{instance}} {{worker}}']], {
        description: 'Cores. The gateway uses one and a little more per process.'
      }),
      lines(74, 'Memory', [['process_resident_memory_bytes{$own}', '{{instance}} {{worker}}']], { unit: 'bytes' }),
      lines(75, 'File descriptors', [['process_open_fds{$own}', '{{instance}} {{worker}}']]),
      lines(76, 'Delay of the event loop', [
        ['floodgate_event_loop_delay_p50_seconds{$own}', 'p50 {{instance}} {{worker}}'],
        ['floodgate_event_loop_delay_p99_seconds{$own}', 'p99 {{instance}} {{worker}}'],
        ['floodgate_event_loop_delay_max_seconds{$own}', 'max {{instance}} {{worker}}']
      ], { unit: 's', width: 12 }),
      lines(77, 'Running since', [['time() - process_start_time_seconds{$own}', '{{instance}} {{worker}}']], { unit: 's', width: 12 }),
      table(79, 'Worker restarts: last time', 'time() - max by (instance, reason) (floodgate_worker_last_restart_timestamp_seconds{$own})', {
        value: 'ago', unit: 's', description: 'By reason: a signal, `exit`, or `start` if it never served.'
      }),
      lines(78, 'Telemetry that was dropped', [[`sum by (instance, exporter, signal) (increase(floodgate_otlp_dropped_total{$own}${every}))`, '{{instance}}: {{signal}} of {{exporter}}']], {
        description: 'Spans and metrics that a collector did not take in time.', width: 12
      })
    ]
  }
]
