import t from 'tap'
import { missingProgram } from '@floodgate/testing'
import { spawnSync } from 'node:child_process'
import { Meter } from '../../../src/opentelemetry/metrics/meter.ts'
import { createFamilies } from '../../../src/opentelemetry/metrics/families.ts'
import { RuntimeMetrics } from '../../../src/opentelemetry/metrics/runtime-metrics.ts'
import { writePrometheus } from '../../../src/opentelemetry/export/prometheus-text.ts'

const withoutPromtool = missingProgram('promtool', 'get it with `apt-get install prometheus`')

t.test('prometheus text: names, labels and buckets as OpenTelemetry\'s exporter of Go writes them', (t) => {
  const meter = new Meter()
  meter.histogram('http.client.response.read.time-hist', 's', [0.5, 1], [['http.route', '/a"\\\n']]).record(0.7)
  meter.counter('http.client.response.read.size', 'b', []).add(3)
  const scope = 'otel_scope_name="io.krakend.krakend-otel",otel_scope_version=""'
  t.equal(writePrometheus(createFamilies()(meter.read()), [['service.name', 'shop']]).replace(/^# HELP .*\n/gm, ''), `# TYPE http_client_response_read_size_total counter
http_client_response_read_size_total{${scope}} 3
# TYPE http_client_response_read_time_hist_seconds histogram
http_client_response_read_time_hist_seconds_bucket{http_route="/a\\"\\\\\\n",${scope},le="0.5"} 0
http_client_response_read_time_hist_seconds_bucket{http_route="/a\\"\\\\\\n",${scope},le="1"} 1
http_client_response_read_time_hist_seconds_bucket{http_route="/a\\"\\\\\\n",${scope},le="+Inf"} 1
http_client_response_read_time_hist_seconds_sum{http_route="/a\\"\\\\\\n",${scope}} 0.7
http_client_response_read_time_hist_seconds_count{http_route="/a\\"\\\\\\n",${scope}} 1
# TYPE otel_scope_info gauge
otel_scope_info{${scope}} 1
# TYPE target_info gauge
target_info{service_name="shop"} 1
`)
  t.end()
})

t.test('prometheus text: promtool accepts it', { skip: withoutPromtool ?? false }, (t) => {
  const runtime = new RuntimeMetrics()
  const meter = new Meter()
  meter.histogram('http.server.duration', '', [0.5, 1], [['http.route', '/a']]).record(0.7)
  const text = writePrometheus([...createFamilies()(meter.read()), ...runtime.read()], [['service.name', 'shop']])
  runtime.close()
  t.match(text, /^nodejs_heap_size_used_bytes \d+$/m)
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' })
  t.equal(status, 0, `${stdout}${stderr}`)
  t.end()
})
