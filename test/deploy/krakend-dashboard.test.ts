import Fastify from 'fastify'
import t, { type Test } from 'tap'
import gateway, { type Configuration } from '@floodgate/gateway'
import { freePort, startOrigin } from '@floodgate/testing'

/**
 * The metrics and labels that KrakenD's dashboard for Prometheus reads ("KrakenD - OpenTelemetry + Prometheus", 20651 at grafana.com,
 * krakend/telemetry-dashboards, grafana/krakend/for-prometheus.json, read in November 2026). `app` and `instance` are labels of the
 * scrape: `static_configs` has to give `app`, any text. `server_address` of krakend_backend_duration is left out: KrakenD has none there.
 */
const read: Record<string, readonly string[]> = {
  http_server_duration_bucket: ['http_route', 'http_request_method', 'le'],
  http_server_duration_sum: ['http_route', 'http_request_method'],
  http_server_duration_count: ['http_route', 'http_request_method', 'http_response_status_code'],
  http_server_response_size_bucket: ['http_route', 'le'],
  http_server_response_size_sum: ['http_route', 'http_request_method'],
  http_server_response_size_count: ['http_route'],
  krakend_proxy_duration_bucket: ['http_route', 'http_request_method', 'le'],
  krakend_proxy_duration_sum: ['http_route', 'http_request_method'],
  krakend_proxy_duration_count: ['http_route', 'http_request_method', 'complete', 'error'],
  krakend_backend_duration_bucket: ['http_route', 'krakend_endpoint_route', 'http_request_method', 'le'],
  krakend_backend_duration_sum: ['http_route', 'krakend_endpoint_route', 'http_request_method'],
  krakend_backend_duration_count: ['http_route', 'krakend_endpoint_route', 'http_request_method', 'error'],
  http_client_duration_bucket: ['krakend_endpoint_route', 'http_route', 'http_request_method', 'server_address', 'le'],
  http_client_duration_sum: ['krakend_endpoint_route', 'http_route', 'http_request_method', 'server_address'],
  http_client_duration_count: ['krakend_endpoint_route', 'http_route', 'http_request_method', 'server_address', 'http_response_status_code'],
  http_client_response_size_bucket: ['krakend_endpoint_route', 'le'],
  http_client_response_size_sum: ['krakend_endpoint_route', 'http_route', 'http_request_method', 'server_address', 'http_response_status_code'],
  http_client_response_size_count: ['krakend_endpoint_route', 'http_route', 'http_response_status_code'],
  http_client_response_no_content_length_total: ['krakend_endpoint_route', 'http_route', 'http_request_method', 'server_address'],
  http_client_request_started_count_total: ['krakend_endpoint_route', 'http_route', 'http_request_method', 'server_address'],
  http_client_request_failed_count_total: ['krakend_endpoint_route'],
  http_client_request_timedout_count_total: ['krakend_endpoint_route'],
  http_client_request_canceled_count_total: ['krakend_endpoint_route'],
  http_client_request_get_conn_duration_bucket: ['krakend_endpoint_route', 'le'],
  http_client_request_get_conn_duration_sum: ['krakend_endpoint_route'],
  http_client_request_get_conn_duration_count: ['krakend_endpoint_route'],
  http_client_request_dns_duration_bucket: ['krakend_endpoint_route', 'le'],
  http_client_request_dns_duration_sum: ['krakend_endpoint_route'],
  http_client_request_dns_duration_count: ['krakend_endpoint_route'],
  http_client_request_tls_duration_bucket: ['krakend_endpoint_route', 'le'],
  http_client_request_tls_duration_sum: ['krakend_endpoint_route'],
  http_client_request_tls_duration_count: ['krakend_endpoint_route']
}

/** What it reads as well, and does not get here: its panels stay empty. With the reason. */
const missing: Record<string, readonly string[]> = {
  'not a metric of KrakenD 2.13 either: there and here it is http_client_response_read_size_hist': ['http_client_request_read_size_hist'],
  'of the runtime of Go': [
    'go_goroutines', 'go_threads', 'go_gc_duration_seconds', 'go_memstats_alloc_bytes', 'go_memstats_alloc_bytes_total', 'go_memstats_frees_total',
    'go_memstats_heap_idle_bytes', 'go_memstats_heap_inuse_bytes', 'go_memstats_heap_objects', 'go_memstats_heap_released_bytes',
    'go_memstats_stack_inuse_bytes', 'go_memstats_stack_sys_bytes', 'go_memstats_sys_bytes'
  ]
}

async function startGateway (t: Test, endpoints: object[]) {
  const port = await freePort()
  const app = Fastify({ forceCloseConnections: true })
  t.teardown(() => app.close())
  const prometheus = [{ name: 'prom', port, listen_ip: '127.0.0.1', process_metrics: true, go_metrics: true }]
  const config = { version: 3, timeout: '400ms', extra_config: { 'telemetry/opentelemetry': { exporters: { prometheus } } }, endpoints }
  await app.register(gateway, { config: config as unknown as Configuration, env: {}, notFound: 'gateway' })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  return { url, scrape: async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).text() }
}

/** The metrics of a scrape, each with all labels that any of its series has. */
function readScrape (text: string): Map<string, Set<string>> {
  const metrics = new Map<string, Set<string>>()
  for (const [, name, labels = ''] of text.matchAll(/^(\w+)(?:{(.*)})? \S+$/gm)) {
    const known = metrics.get(name!) ?? new Set()
    metrics.set(name!, known)
    for (const [, label] of labels.matchAll(/(\w+)="(?:[^"\\]|\\.)*"/g)) known.add(label!)
  }
  return metrics
}

t.test("KrakenD's dashboard: has every metric and label that it reads", async (t) => {
  const late: (() => void)[] = []
  t.teardown(() => { for (const answer of late) answer() })
  const origin = await startOrigin(t, (request, response) => {
    const { pathname } = new URL(request.url!, 'http://a')
    response.setHeader('content-type', 'application/json')
    if (pathname === '/late') late.push(() => { response.end('{}') })
    else if (pathname === '/fail') response.writeHead(500).end('{}')
    else if (pathname === '/chunked') response.writeHead(200).end('{"a":1}')
    else response.writeHead(200, { 'content-length': 7, 'cache-control': 'max-age=60' }).end('{"b":2}')
  })
  const backend = (path: string, extra = {}) => ({ host: [origin.url], url_pattern: path, ...extra })
  const { url, scrape } = await startGateway(t, [
    { endpoint: '/merge/{id}', backend: [backend('/chunked'), backend('/sized/{id}')] },
    { endpoint: '/cache', backend: [backend('/sized', { extra_config: { 'qos/http-cache': {} } })] },
    { endpoint: '/partial', backend: [backend('/fail'), backend('/sized')] },
    { endpoint: '/dead', backend: [{ host: ['http://127.0.0.1:11'], url_pattern: '/' }] },
    { endpoint: '/late', backend: [backend('/late')] }
  ])
  for (const path of ['/merge/1', '/cache', '/cache', '/partial', '/dead', '/late', '/nowhere']) await (await fetch(url + path)).text()
  const aborted = new AbortController()
  const waiting = late.length
  const left = fetch(`${url}/late`, { signal: aborted.signal }).catch(() => {})
  while (late.length === waiting) await new Promise((resolve) => { setImmediate(resolve) })
  aborted.abort()
  await left
  let text = await scrape()
  while (!text.includes('http_client_request_canceled_count_total')) text = await scrape()
  const metrics = readScrape(text)
  const lacking = Object.entries(read).flatMap(([name, labels]) => metrics.has(name)
    ? labels.filter((label) => !metrics.get(name)!.has(label)).map((label) => `${name}: ${label}`)
    : [name])
  t.strictSame(lacking, [])
  const has = (pattern: RegExp): void => { t.ok(pattern.test(text), String(pattern)) }
  has(/^krakend_proxy_duration_count\{.*complete="false".*http_route="\/partial"/m)
  has(/^krakend_proxy_duration_count\{.*error="true".*http_route="\/dead"/m)
  has(/^krakend_backend_duration_count\{.*error="true".*http_route="\/fail"/m)
  has(/^http_client_duration_count\{.*http_response_status_code="200".*krakend_endpoint_route="\/merge\/:id"/m)
  for (const [reason, names] of Object.entries(missing)) {
    for (const name of names) t.notOk([name, `${name}_sum`].some((name) => metrics.has(name)), `${name}: ${reason}; it is there now: move it to the others`)
  }
})
