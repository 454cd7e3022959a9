import path from 'node:path'
import Fastify from 'fastify'
import t from 'tap'
import gateway, { type Configuration } from '@floodgate/gateway'
import { missingProgram, startOrigin, startPrometheus } from '@floodgate/testing'
import { makeDashboard } from '../../scripts/dashboard.mjs'

const folder = path.resolve(import.meta.dirname, '../../examples/compose/prometheus')
const skip = missingProgram('prometheus', 'get it with `apt-get install prometheus`') ?? false

interface Rules { groups: { rules: { name: string, health: string, lastError?: string }[] }[] }
interface Alerts { alerts: { labels: Record<string, string>, annotations: Record<string, string> }[] }

t.test('Prometheus: scrapes a gateway, and the rules of the example give values', { skip, timeout: 200_000 }, async (t) => {
  const origin = await startOrigin(t, (request, response) => {
    response.writeHead(request.url === '/fail' ? 500 : 200, { 'content-type': 'application/json' }).end('{}')
  })
  const app = Fastify()
  t.teardown(() => app.close())
  const config = {
    version: 3,
    extra_config: { floodgate: { metrics: { port: 0 } } },
    endpoints: [
      { endpoint: '/ok', extra_config: { 'qos/ratelimit/router': { max_rate: 1, every: '1h' } }, backend: [{ host: [origin.url], url_pattern: '/' }] },
      { endpoint: '/fail', backend: [{ host: [origin.url], url_pattern: '/fail' }] }
    ]
  }
  await app.register(gateway, { config: config as unknown as Configuration, env: {}, reloadable: true })
  await app.ready()
  const { query, read } = await startPrometheus(t, {
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: ['recording.yml', 'alerts.yml'].map((name) => path.join(folder, name)),
    scrape_configs: [{ job_name: 'floodgate', static_configs: [{ targets: [new URL(app.floodgate.get().metricsUrl!).host] }] }]
  })
  /** Asks the gateway until a query gives a value of which the condition is true. */
  const until = async (text: string, isWanted: (value: number) => boolean): Promise<void> => {
    let value: number | undefined
    while (value === undefined || !isWanted(value)) {
      await app.inject('/ok')
      await app.inject('/fail')
      ;[{ value } = { value: undefined }] = await query(text)
    }
    t.ok(isWanted(value), `${text}: ${value}`)
  }
  await until('job_endpoint:floodgate_http_requests:rate5m{job="floodgate",endpoint="/fail",method="GET"}', (value) => value > 0)
  for (const window of ['5m', '30m', '1h', '6h']) await until(`job_endpoint:floodgate_http_errors:ratio_rate${window}{endpoint="/fail"}`, (value) => value === 1)
  for (const part of ['p50', 'p99']) await until(`job_endpoint:floodgate_http_request_duration_seconds:${part}_rate5m{endpoint="/fail"}`, (value) => value > 0)
  await until('job_limit:floodgate_limit_refused:ratio_rate5m{limit="router",endpoint="/ok"}', (value) => value > 0.5)
  await until('count(ALERTS{alertname="FloodgateErrorsFast",endpoint="/fail"})', (value) => value === 1)
  const { alerts } = await read('alerts') as Alerts
  const { annotations } = alerts.find(({ labels }) => labels['alertname'] === 'FloodgateErrorsFast' && labels['endpoint'] === '/fail')!
  t.equal(annotations['summary'], 'GET /fail: 100% of the requests end with 5xx')
  for (const alert of alerts) t.notMatch(JSON.stringify(alert.annotations), /error expanding|no value/)
  const { groups } = await read('rules') as Rules
  t.strictSame(groups.flatMap(({ rules }) => rules).filter(({ health }) => health !== 'ok'), [])

  const expressions = makeDashboard().panels.flatMap(({ id, targets = [] }) => targets.map(({ expr }) => [id, expr] as const))
  const withValues = new Set<number>()
  for (const [id, expr] of expressions) {
    const filled = expr.replaceAll('$__rate_interval', '1m').replaceAll('$job', '.*').replaceAll('$instance', '.*').replaceAll('$endpoint', '.*')
    if ((await query(filled)).length > 0) withValues.add(id)
  }
  // Those of the first row, without certificates; of requests, limits, clients, connections and processes.
  const expected = [10, 11, 12, 13, 14, 15, 17, 20, 21, 22, 23, 24, 25, 30, 31, 51, 52, 54, 60, 61, 70, 71, 73, 74, 75, 76, 77]
  t.strictSame(expected.filter((id) => !withValues.has(id)), [], 'panels without values')
})
